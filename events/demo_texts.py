"""Words of the demo's events, by kind and interface language; ``{commune}`` is filled in. All events are generated."""

from typing import NamedTuple

from events.enums import EventKind


class Words(NamedTuple):
    """What one kind of event is called, and what it is in one sentence."""

    title: str
    summary: str


LANGUAGES = ("en", "fr", "nl", "ar")

# What the box in a registration form says; {organisation} is filled in.
REMINDER_WORDING = {
    "en": "Yes, {organisation} may remind me by text message of what I register for. I can stop it at any time.",
    "fr": ("Oui, {organisation} peut me rappeler par SMS ce à quoi je m’inscris. Je peux y mettre fin à tout moment."),
    "nl": "Ja, {organisation} mag mij per sms herinneren aan waarvoor ik mij inschrijf. Ik kan dat altijd stopzetten.",
    "ar": ("نعم، أوافق على أن تذكّرني {organisation} برسالة نصية بما أسجّل فيه. ويمكنني إيقاف ذلك في أي وقت."),
}

EVENT_WORDS: dict[EventKind, dict[str, Words]] = {
    EventKind.STAND: {
        "en": Words("Information stand in {commune}", "Ask us how to vote in your commune; it takes five minutes."),
        "fr": Words(
            "Stand d’information à {commune}",
            "Demandez-nous comment voter dans votre commune : cinq minutes suffisent.",
        ),
        "nl": Words("Infostand in {commune}", "Vraag ons hoe je in je gemeente stemt; het duurt vijf minuten."),
        "ar": Words("كشك معلومات في {commune}", "اسألونا كيف تصوّتون في بلديتكم؛ لا يستغرق ذلك سوى خمس دقائق."),
    },
    EventKind.WORKSHOP: {
        "en": Words(
            "Workshop: register to vote, {commune}", "We fill in the form together. Bring your residence card."
        ),
        "fr": Words(
            "Atelier : s’inscrire pour voter, {commune}",
            "Nous remplissons le formulaire ensemble. Apportez votre titre de séjour.",
        ),
        "nl": Words(
            "Workshop: inschrijven om te stemmen, {commune}",
            "We vullen het formulier samen in. Breng je verblijfskaart mee.",
        ),
        "ar": Words("ورشة: التسجيل للتصويت، {commune}", "نملأ الاستمارة معًا. أحضروا بطاقة الإقامة."),
    },
    EventKind.HOUSE_MEETING: {
        "en": Words("Evening among neighbours in {commune}", "Coffee, neighbours, and what your vote can change here."),
        "fr": Words("Soirée entre voisins à {commune}", "Un café, des voisins, et ce que votre voix peut changer ici."),
        "nl": Words("Avond onder buren in {commune}", "Koffie, buren, en wat jouw stem hier kan veranderen."),
        "ar": Words("أمسية بين الجيران في {commune}", "قهوة وجيران، وما الذي يمكن أن يغيّره صوتكم هنا."),
    },
    EventKind.TRAINING: {
        "en": Words("Training for mobilisers, {commune}", "Learn to speak with people at a stand, and practise it."),
        "fr": Words(
            "Formation des mobilisateurs, {commune}", "Apprendre à parler avec les gens à un stand, et s’y exercer."
        ),
        "nl": Words("Opleiding voor mobilisatoren, {commune}", "Leer mensen aanspreken aan een stand, en oefen het."),
        "ar": Words("تدريب للمتطوعين في الميدان، {commune}", "تعلّموا كيف تتحدثون مع الناس عند الكشك، وتدرّبوا على ذلك."),
    },
    EventKind.FOCUS_GROUP: {
        "en": Words("Focus group in {commune}", "Eight people, two hours: what keeps you from registering?"),
        "fr": Words("Groupe de discussion à {commune}", "Huit personnes, deux heures : qu’est-ce qui vous retient ?"),
        "nl": Words("Focusgroep in {commune}", "Acht mensen, twee uur: wat houdt je tegen?"),
        "ar": Words("مجموعة نقاش في {commune}", "ثمانية أشخاص وساعتان: ما الذي يمنعكم من التسجيل؟"),
    },
    EventKind.CANVASS: {
        "en": Words("Door to door in {commune}", "Two by two through the neighbourhood, with a trained mobiliser."),
        "fr": Words("Porte à porte à {commune}", "Deux par deux dans le quartier, avec une personne formée."),
        "nl": Words("Van deur tot deur in {commune}", "Per twee door de buurt, met iemand die de opleiding volgde."),
        "ar": Words("من باب إلى باب في {commune}", "اثنين اثنين في الحي، مع شخص مدرَّب."),
    },
    EventKind.PHONE_BANK: {
        "en": Words("Phone evening, {commune}", "We call who asked to be called, in their language."),
        "fr": Words("Soirée d’appels, {commune}", "Nous appelons celles et ceux qui l’ont demandé, dans leur langue."),
        "nl": Words("Belavond, {commune}", "We bellen wie daarom vroeg, in hun taal."),
        "ar": Words("أمسية اتصالات، {commune}", "نتصل بمن طلبوا ذلك، بلغتهم."),
    },
    EventKind.ONLINE: {
        "en": Words("Online: who may vote, and how", "Half an hour of answers, then your questions."),
        "fr": Words("En ligne : qui peut voter, et comment", "Une demi-heure de réponses, puis vos questions."),
        "nl": Words("Online: wie mag stemmen, en hoe", "Een halfuur antwoorden, daarna jouw vragen."),
        "ar": Words("عبر الإنترنت: من يحق له التصويت، وكيف", "نصف ساعة من الإجابات، ثم أسئلتكم."),
    },
    EventKind.PRESS: {
        "en": Words("Press meeting in {commune}", "The figures so far, and people who tell why they registered."),
        "fr": Words(
            "Point presse à {commune}", "Les chiffres à ce jour, et des gens qui disent pourquoi ils s’inscrivent."
        ),
        "nl": Words(
            "Persmoment in {commune}", "De cijfers tot nu toe, en mensen die vertellen waarom ze zich inschreven."
        ),
        "ar": Words("لقاء صحفي في {commune}", "الأرقام حتى الآن، وأشخاص يروون لماذا سجّلوا أنفسهم."),
    },
}

DESCRIPTION = {
    "en": "This event is made up for the demo. Nobody waits for you there.",
    "fr": "Cet événement est inventé pour la démonstration. Personne ne vous y attend.",
    "nl": "Dit evenement is verzonnen voor de demo. Niemand wacht daar op jou.",
    "ar": "هذه الفعالية مختلَقة للعرض التجريبي. لا أحد ينتظركم هناك.",
}

SAID = (
    "Many did not know that one may vote without Belgian nationality.",
    "Several feared that voting becomes a duty for ever.",
    "The form in one language only puts people off.",
    "Parents asked for something to take to the school gate.",
    "People liked that somebody filled in the form with them.",
    "Two shops offered to put up the poster.",
)

# What was said in focus groups, with the keys of barriers it speaks of.
FOCUS_SAID = (
    ("I thought it is only for citizens.", ("did_not_know",)),
    ("If I register once, will they fine me when I do not go?", ("fears_obligation",)),
    ("I work when the counter is open.", ("no_time",)),
    ("The letter is full of words I have to look up.", ("form_unclear",)),
    ("Nobody ever asked me before.", ("did_not_know",)),
)
MATERIALS = (("Leaflets in five languages", 200), ("Registration forms", 60), ("Posters", 10))
