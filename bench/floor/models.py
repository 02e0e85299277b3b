from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """The one small row of the floor."""

    objects: ClassVar[models.Manager] = models.Manager()

    text = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "floor"
        db_table = "bench_floor"

    def __str__(self) -> str:
        return self.text
