"""Words of the demo's volunteers: what they agree to, in each interface language, and what they can do."""

from volunteers.enums import AgreementKind

AGREEMENTS: dict[tuple[AgreementKind, str], str] = {
    (AgreementKind.CODE_OF_CONDUCT, "en"): (
        "I speak for the campaign, not for a party. I tell the truth, also when I do not know the answer. I accept a "
        "no "
        "at once. I treat everybody alike, whatever their origin, faith, sex or views. I never fill in, sign or "
        "carry away somebody else’s form. If I feel unsafe I stop and call my team."
    ),
    (AgreementKind.CODE_OF_CONDUCT, "fr"): (
        "Je parle pour la campagne, pas pour un parti. Je dis la vérité, même quand je ne connais pas la réponse. "
        "J’accepte un non tout de suite. Je traite tout le monde de la même façon, quels que soient l’origine, la "
        "religion, le sexe ou les opinions. Je ne remplis, ne signe et n’emporte jamais le formulaire d’une autre "
        "personne. Si je ne me sens pas en sécurité, j’arrête et j’appelle mon équipe."
    ),
    (AgreementKind.CODE_OF_CONDUCT, "nl"): (
        "Ik spreek voor de campagne, niet voor een partij. Ik vertel de waarheid, ook als ik het antwoord niet weet. "
        "Ik "
        "aanvaard een nee meteen. Ik behandel iedereen gelijk, ongeacht herkomst, geloof, geslacht of mening. Ik vul "
        "nooit het formulier van iemand anders in, onderteken het niet en neem het niet mee. Voel ik me onveilig, dan "
        "stop ik en bel ik mijn team."
    ),
    (AgreementKind.CODE_OF_CONDUCT, "ar"): (
        "أتحدث باسم الحملة لا باسم حزب. أقول الحقيقة، حتى حين لا أعرف الجواب. أقبل الرفض فورًا. أعامل الجميع "
        "بالتساوي مهما كان أصلهم أو دينهم أو جنسهم أو رأيهم. لا أملأ استمارة شخص آخر ولا أوقّعها ولا آخذها معي أبدًا. "
        "وإذا لم أشعر بالأمان أتوقف وأتصل بفريقي."
    ),
    (AgreementKind.DATA, "en"): (
        "I write down a name or an address only when the person agrees, after showing or reading out the wording. I "
        "note "
        "it in the app only: no photo, no list of my own, no paper. I show it to nobody, use it for nothing else, and "
        "tell the campaign the same day if my phone is lost."
    ),
    (AgreementKind.DATA, "fr"): (
        "Je note un nom ou une adresse seulement si la personne est d’accord, après lui avoir montré ou lu le texte. "
        "Je "
        "le note uniquement dans l’application : pas de photo, pas de liste à moi, pas de papier. Je ne le montre à "
        "personne, je ne m’en sers pour rien d’autre, et je préviens la campagne le jour même si je perds mon "
        "téléphone."
    ),
    (AgreementKind.DATA, "nl"): (
        "Ik noteer een naam of adres alleen als de persoon akkoord gaat, nadat ik de tekst heb getoond of voorgelezen. "
        "Ik noteer het alleen in de app: geen foto, geen eigen lijst, geen papier. Ik toon het aan niemand, gebruik "
        "het "
        "voor niets anders, en verwittig de campagne nog dezelfde dag als ik mijn telefoon verlies."
    ),
    (AgreementKind.DATA, "ar"): (
        "لا أدوّن اسمًا أو عنوانًا إلا بموافقة صاحبه، بعد أن أعرض عليه النص أو أقرأه له. أدوّنه في التطبيق وحده: لا "
        "صورة "
        "ولا قائمة خاصة بي ولا ورق. لا أُطلع عليه أحدًا ولا أستعمله لغرض آخر، وأُبلغ الحملة في اليوم نفسه إذا فقدت "
        "هاتفي."
    ),
    (AgreementKind.PROCESSOR, "en"): (
        "I collect statements of support on paper on behalf of the organisers and on their written instructions only "
        "(Article 28 GDPR). I keep the sheets locked away, hand them over only to those named to me and note each "
        "hand-over, make no copy and no photo, use nothing on them for anything else, report a loss within 24 hours, "
        "and return every sheet, filled in or not, on the day agreed."
    ),
    (AgreementKind.PROCESSOR, "fr"): (
        "Je collecte des déclarations de soutien sur papier pour le compte des organisateurs et uniquement selon leurs "
        "instructions écrites (article 28 du RGPD). Je garde les feuilles sous clé, je ne les remets qu’aux personnes "
        "qui me sont désignées et je note chaque remise, je ne fais ni copie ni photo, je n’utilise rien de ce qui y "
        "figure pour autre chose, je signale une perte dans les 24 heures et je rends toutes les feuilles, remplies ou "
        "non, le jour convenu."
    ),
    (AgreementKind.PROCESSOR, "nl"): (
        "Ik verzamel steunbetuigingen op papier namens de organisatoren en uitsluitend volgens hun schriftelijke "
        "instructies (artikel 28 AVG). Ik bewaar de bladen achter slot, geef ze alleen aan wie mij aangewezen is en "
        "noteer "
        "elke overdracht, maak geen kopie en geen foto, gebruik niets ervan voor iets anders, meld een verlies binnen "
        "24 "
        "uur en geef elk blad, ingevuld of niet, op de afgesproken dag terug."
    ),
    (AgreementKind.PROCESSOR, "ar"): (
        "أجمع إعلانات التأييد على الورق نيابة عن المنظّمين ووفق تعليماتهم المكتوبة وحدها (المادة 28 من اللائحة العامة "
        "لحماية البيانات). أحفظ الأوراق في مكان مقفل، ولا أسلّمها إلا لمن سُمّوا لي وأدوّن كل تسليم، ولا أنسخها ولا "
        "أصوّرها، ولا أستعمل شيئًا مما فيها لغرض آخر، وأُبلغ عن أي فقدان خلال 24 ساعة، وأعيد كل ورقة، مملوءة كانت أم "
        "لا، في اليوم المتفق عليه."
    ),
}

SKILLS: dict[str, dict[str, str]] = {
    "driving": {
        "en": "driving a van",
        "fr": "conduire une camionnette",
        "nl": "een bestelwagen rijden",
        "ar": "قيادة شاحنة صغيرة",
    },
    "first-aid": {"en": "first aid", "fr": "premiers secours", "nl": "eerste hulp", "ar": "الإسعافات الأولية"},
    "interpreting": {"en": "interpreting", "fr": "interprétation", "nl": "tolken", "ar": "الترجمة الشفوية"},
    "photography": {"en": "photography", "fr": "photographie", "nl": "fotografie", "ar": "التصوير"},
    "public-speaking": {
        "en": "speaking in public",
        "fr": "prise de parole en public",
        "nl": "spreken in het openbaar",
        "ar": "الخطابة",
    },
    "social-media": {"en": "social media", "fr": "réseaux sociaux", "nl": "sociale media", "ar": "وسائل التواصل"},
}

TEAMS = (
    "Canal (demo)", "Gare du Nord (demo)", "Marolles (demo)", "Flagey (demo)", "Saint-Gilles (demo)",
    "Schaerbeek (demo)", "Europe quarter (demo)", "Anderlecht (demo)",
)  # fmt: skip
