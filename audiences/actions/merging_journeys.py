"""What happens to ways through journeys and to tasks when two supporters become one (settings.SUPPORTER_MERGERS)."""

from audiences.models import AutomationRun, StaffTask
from people.models import Supporter


def move_ways(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's ways and tasks to the kept one, in the transaction that merges them.

    Where both are on the same way for the same occasion, the one that is further on stays: nothing is said twice.
    """
    kept = {(run.automation_id, run.occasion): run for run in AutomationRun.objects.filter(supporter=keep)}
    for run in AutomationRun.objects.select_for_update(of=("self",)).filter(supporter=absorb):
        twin = kept.get((run.automation_id, run.occasion))
        if twin is None:
            run.supporter = keep
            run.save(update_fields=["supporter"])
        elif run.path.count() > twin.path.count():
            twin.delete()
            run.supporter = keep
            run.save(update_fields=["supporter"])
        else:
            run.delete()
    StaffTask.objects.filter(supporter=absorb).update(supporter=keep)
