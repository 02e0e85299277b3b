"""What starts Wagtail's widgets without a script inside the page."""

import json

from django import template
from django.utils.safestring import SafeString

from cms.staff_widgets import start_data

register = template.Library()


@register.simple_tag
def start_widget(kind: str, options_json: str, id: str = "") -> SafeString:
    return start_data(kind, json.loads(options_json), id_=id)
