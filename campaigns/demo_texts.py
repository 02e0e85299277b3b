"""Words of the demo: consent wordings in each interface language, and names to make generated people of."""

from people.enums import Channel

CONSENT_WORDING: dict[tuple[str, str], str] = {
    (Channel.EMAIL, "en"): "Yes, {organisation} may e-mail me news of this campaign. I can stop it at any time.",
    (Channel.EMAIL, "fr"): (
        "Oui, {organisation} peut m’envoyer par e-mail des nouvelles de cette campagne. "
        "Je peux y mettre fin à tout moment."
    ),
    (Channel.EMAIL, "nl"): (
        "Ja, {organisation} mag mij nieuws over deze campagne mailen. Ik kan dat altijd stopzetten."
    ),
    (Channel.EMAIL, "ar"): (
        "نعم، أوافق على أن ترسل إليّ {organisation} أخبار هذه الحملة بالبريد الإلكتروني. ويمكنني إيقاف ذلك في أي وقت."
    ),
    (
        Channel.SMS,
        "en",
    ): ("Yes, {organisation} may send me text messages about this campaign. I can stop it at any time."),
    (Channel.SMS, "fr"): (
        "Oui, {organisation} peut m’envoyer des SMS au sujet de cette campagne. Je peux y mettre fin à tout moment."
    ),
    (Channel.SMS, "nl"): "Ja, {organisation} mag mij sms’en sturen over deze campagne. Ik kan dat altijd stopzetten.",
    (Channel.SMS, "ar"): (
        "نعم، أوافق على أن ترسل إليّ {organisation} رسائل نصية عن هذه الحملة. ويمكنني إيقاف ذلك في أي وقت."
    ),
}
PARTNER_WORDING: dict[tuple[str, str], str] = {
    (Channel.EMAIL, "en"): (
        "Yes, {organisation} may also e-mail me about its own work. It is answerable for that itself, "
        "and I can stop it at any time."
    ),
    (Channel.EMAIL, "fr"): (
        "Oui, {organisation} peut aussi m’écrire par e-mail au sujet de ses propres activités. "
        "Elle en est elle-même responsable, et je peux y mettre fin à tout moment."
    ),
    (Channel.EMAIL, "nl"): (
        "Ja, {organisation} mag mij ook mailen over haar eigen werk. Zij is daar zelf verantwoordelijk voor, "
        "en ik kan dat altijd stopzetten."
    ),
    (Channel.EMAIL, "ar"): (
        "نعم، أوافق أيضًا على أن تراسلني {organisation} بالبريد الإلكتروني عن أعمالها. "
        "وهي وحدها المسؤولة عن ذلك، ويمكنني إيقافه في أي وقت."
    ),
}

FIRST_NAMES = [
    "Adaeze", "Aisha", "Amélie", "Ana", "Andrei", "Anneke", "Arjun", "Bart", "Beatriz", "Bilal", "Carla",
    "Chidi", "Daan", "Daria", "Dimitra", "Elif", "Emeka", "Eva", "Fatima", "Femke", "Giulia", "Hana", "Hugo",
    "Ibrahim", "Inês", "Ivan", "Jana", "João", "Jonas", "Karim", "Katarina", "Kofi", "Lars", "Leila", "Lotte",
    "Luca", "Maja", "Mamadou", "Marek", "Maria", "Mehmet", "Mina", "Nadia", "Nikos", "Noor", "Olga", "Omar",
    "Paula", "Pieter", "Rania", "Robel", "Samir", "Sanne", "Sofia", "Stelian", "Tariq", "Tomasz", "Valentina",
    "Wout", "Yasmine", "Zeynep",
]  # fmt: skip
LAST_NAMES = [
    "Abebe", "Almeida", "Andersson", "Bakker", "Benali", "Bianchi", "Costa", "Demir", "Diallo", "Dubois",
    "Eriksen", "Fernández", "Fischer", "Georgiou", "Haddad", "Horvat", "Ivanova", "Janssens", "Kaya",
    "Kowalska", "Lefèvre", "Leroy", "Maes", "Mensah", "Moreau", "Müller", "Nguyen", "Novák", "Okafor",
    "Papadaki", "Peeters", "Petrov", "Popescu", "Rossi", "Santos", "Schmidt", "Silva", "Singh", "Tadesse",
    "Traoré", "Vandamme", "Virtanen", "Weber", "Yilmaz",
]  # fmt: skip

# Why the generated people sign: made up, and marked so on the page.
COMMENTS = {
    "en": [
        "My grandmother was helped by strangers once. I would like to be such a stranger.",
        "Nobody should have to ask a lawyer before giving somebody a lift.",
        "I teach a language class on Tuesdays. Nobody in that room is a danger to anybody.",
    ],
    "fr": [
        "Aider ne devrait jamais être un délit.",
        "Mes voisins sont arrivés il y a trois ans. Aujourd’hui, ce sont eux qui gardent mes enfants.",
    ],
    "nl": [
        "Wie helpt, verdient een dankwoord en geen boete.",
        "In onze straat eten we een keer per maand samen. Daar begint het.",
    ],
}
