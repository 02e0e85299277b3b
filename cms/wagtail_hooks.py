from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def staff_colours() -> SafeString:
    """Draw the staff area in the colours of the public site."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/css/staff.css"))
