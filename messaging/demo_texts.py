"""Words of the demo's texts, by name and language. All invented; ``{site}`` is filled in."""

from typing import Any

Words = tuple[str, str, list[dict[str, Any]]]


def _mail(subject: str, preheader: str, *blocks: tuple[str, str] | tuple[str, str, str]) -> Words:
    """Return a mail's words; a block is its kind and words, a button also what it leads to on the site."""
    body: list[dict[str, Any]] = []
    for kind, *said in blocks:
        value = {"label": said[0], "url": f"{{site}}{said[1]}"} if kind == "button" else "".join(said)
        body.append({"kind": kind, "value": value})
    return subject, preheader, body


HALFWAY = {
    "en": _mail(
        "{first_name|Friend}, we are halfway", "More than four thousand of us, in six weeks.",
        ("heading", "We are halfway"),
        ("paragraph", "Dear {first_name|friend},\n\nsix weeks ago you signed **{campaign}**. Since then more than four "
         "thousand others have done the same. *Thank you*: without you there would be nothing to count."),
        ("heading", "What happens next"),
        ("paragraph", "- We hand the first half over on the steps of the town hall.\n- We go on until every commune "
         "has answered.\n- You hear from us again when there is something to tell, not before."),
        ("paragraph", "One more name is worth more than a hundred likes. Whom do you know who has not signed yet?"),
        ("button", "Pass it on", "/en/"),
        ("divider", ""),
        ("paragraph", "With kind regards,\n{organisation}"),
    ),
    "fr": _mail(
        "{first_name|Bonjour}, nous sommes à mi-chemin", "Plus de quatre mille personnes en six semaines.",
        ("heading", "Nous sommes à mi-chemin"),
        ("paragraph", "Bonjour {first_name|à vous},\n\nil y a six semaines, vous avez signé **{campaign}**. Depuis, "
         "plus de quatre mille personnes ont fait de même. *Merci* : sans vous, il n’y aurait rien à compter."),
        ("heading", "Et maintenant ?"),
        ("paragraph", "- Nous remettons la première moitié sur les marches de l’hôtel de ville.\n- Nous continuons "
         "jusqu’à ce que chaque commune ait répondu.\n- Nous vous écrirons quand il y aura du nouveau, pas avant."),
        ("paragraph", "Un nom de plus vaut mieux que cent « j’aime ». Qui n’a pas encore signé autour de vous ?"),
        ("button", "Faire passer", "/fr/"),
        ("divider", ""),
        ("paragraph", "Bien à vous,\n{organisation}"),
    ),
    "nl": _mail(
        "{first_name|Hallo}, we zijn halverwege", "Meer dan vierduizend mensen in zes weken.",
        ("heading", "We zijn halverwege"),
        ("paragraph", "Dag {first_name|allemaal},\n\nzes weken geleden tekende je **{campaign}**. Sindsdien deden meer "
         "dan vierduizend mensen hetzelfde. *Dank je wel*: zonder jou viel er niets te tellen."),
        ("heading", "Wat nu?"),
        ("paragraph", "- We overhandigen de eerste helft op de trappen van het stadhuis.\n- We gaan door tot elke "
         "gemeente heeft geantwoord.\n- Je hoort van ons als er nieuws is, niet eerder."),
        ("paragraph", "Eén naam erbij is meer waard dan honderd likes. Wie ken jij die nog niet tekende?"),
        ("button", "Geef het door", "/nl/"),
        ("divider", ""),
        ("paragraph", "Vriendelijke groet,\n{organisation}"),
    ),
    "ar": _mail(
        "{first_name|مرحبًا}، بلغنا منتصف الطريق", "أكثر من أربعة آلاف شخص في ستة أسابيع.",
        ("heading", "بلغنا منتصف الطريق"),
        ("paragraph", "مرحبًا {first_name|بكم}،\n\nقبل ستة أسابيع وقّعتم **{campaign}**. ومنذ ذلك الحين فعل أكثر من "
         "أربعة آلاف شخص الشيء نفسه. *شكرًا لكم*: لولاكم لما كان هناك ما يُعدّ."),
        ("heading", "ماذا بعد؟"),
        ("paragraph", "- نسلّم النصف الأول على درج دار البلدية.\n- نواصل حتى تجيب كل بلدية.\n- نكتب إليكم حين يكون هناك "
         "جديد، لا قبل ذلك."),
        ("paragraph", "اسم واحد إضافي أثمن من مئة إعجاب. من تعرفون ممن لم يوقّع بعد؟"),
        ("button", "أخبروا غيركم", "/ar/"),
        ("divider", ""),
        ("paragraph", "مع أطيب التحيات،\n{organisation}"),
    ),
}  # fmt: skip
DEADLINE = {
    "en": _mail(
        "The register closes soon", "Five minutes are enough.",
        ("heading", "The register closes soon"),
        ("paragraph", "Dear {first_name|neighbour},\n\nyou told us that you want to vote in your commune. The list of "
         "voters closes soon; after that nobody can be added."),
        ("button", "How to register", "/en/"),
        ("paragraph", "Done already? Then you need do nothing. You may change what we write to you about "
         "[here]({preferences_url})."),
    ),
    "fr": _mail(
        "Les inscriptions ferment bientôt", "Cinq minutes suffisent.",
        ("heading", "Les inscriptions ferment bientôt"),
        ("paragraph", "Bonjour {first_name|à vous},\n\nvous nous avez dit vouloir voter dans votre commune. La liste "
         "des électeurs sera bientôt close ; ensuite, plus personne ne peut y être ajouté."),
        ("button", "Comment s’inscrire", "/fr/"),
        ("paragraph", "C’est déjà fait ? Alors vous n’avez rien à faire. Vous pouvez choisir ce que nous vous écrivons "
         "[ici]({preferences_url})."),
    ),
    "nl": _mail(
        "De inschrijvingen sluiten binnenkort", "Vijf minuten volstaan.",
        ("heading", "De inschrijvingen sluiten binnenkort"),
        ("paragraph", "Dag {first_name|buur},\n\nje zei dat je in je gemeente wilt stemmen. De kiezerslijst sluit "
         "binnenkort; daarna kan niemand er nog bij."),
        ("button", "Zo schrijf je je in", "/nl/"),
        ("paragraph", "Al gebeurd? Dan hoef je niets te doen. Wat we je schrijven, kies je [hier]({preferences_url})."),
    ),
}  # fmt: skip
SHORT = {
    "en": "{organisation}: the voters' register closes on Friday. How to register: {site}/en/ STOP: no more texts",
    "fr": "{organisation} : inscriptions jusqu'à vendredi. Comment faire : {site}/fr/ STOP : plus de SMS",
    "nl": "{organisation}: inschrijven kan tot vrijdag. Zo doe je dat: {site}/nl/ STOP: geen sms meer",
}
