from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.enums import ContactTopic, PartnerMetric
from coalition.querysets import OfPartnerQuerySet


class PartnerContact(models.Model):
    """Whom to ask at a partner. Seen by the campaign's coordinators and by that partner, by nobody else."""

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    topic = models.CharField(
        _("to ask about"), max_length=10, choices=ContactTopic.choices, default=ContactTopic.CAMPAIGN
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[OfPartnerQuerySet] = OfPartnerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["topic", "name", "pk"]
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        constraints = [
            models.CheckConstraint(condition=~(Q(email="") & Q(phone="")), name="coalition_contact_can_be_reached"),
            models.UniqueConstraint(
                fields=["partnership", "topic", "email"],
                condition=~Q(email=""),
                name="coalition_contact_once_per_topic",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerGoal(models.Model):
    """What a partner means to reach in a campaign, by when."""

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="goals")
    metric = models.CharField(_("counts"), max_length=12, choices=PartnerMetric.choices)
    target = models.PositiveIntegerField(_("target"), validators=[MinValueValidator(1)])
    due_date = models.DateField(_("by"), null=True, blank=True)

    objects: ClassVar[OfPartnerQuerySet] = OfPartnerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["partnership_id", "metric"]
        verbose_name = _("partner's goal")
        verbose_name_plural = _("partners' goals")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "metric"], name="coalition_goal_once"),
            models.CheckConstraint(condition=Q(target__gte=1), name="coalition_goal_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.get_metric_display()}"
