"""``{% sms_counter text field_id %}``: the counter of a text message below a field that is no SmsTextarea."""

from typing import Any

from django import template

from messaging.sms_counter import counter

register = template.Library()


@register.inclusion_tag("messaging/sms_counter.html")
def sms_counter(text: str, field_id: str, source: str = "") -> dict[str, Any]:
    """Draw the counter for the field; ``source``: the element whose words are counted, where they are not the field's.

    A wording names variables, so what is counted is its preview: the words as one person gets them.
    """
    return {**counter(text, recipients=None, field_id=field_id), "source": source}
