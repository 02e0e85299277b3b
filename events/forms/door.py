from django import forms

MOST_PEOPLE = 500


class DoorForm(forms.Form):
    """What one button of the check-in list says: ``client_id`` was made with the page, so a second press is known."""

    client_id = forms.UUIDField()
    guest = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    people = forms.IntegerField(required=False, min_value=1, max_value=MOST_PEOPLE)
    undo = forms.BooleanField(required=False)
    of = forms.UUIDField(required=False)

    def clean_people(self) -> int:
        return self.cleaned_data.get("people") or 1

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("undo") and not told.get("guest") and not told.get("of"):
            raise forms.ValidationError("an undo of nothing", code="nothing")
