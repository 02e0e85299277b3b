"""No name for a statement of support or an identity document stands anywhere: not in the code, the phone or a form.

`test_personal_data` looks at models and forms. This reads the sources themselves: every name and every word that looks
like one in Python (serializers, parameters of an API, keys of a payload, columns of a file), in the scripts (what the
phone keeps in IndexedDB and hands in), and every name of an input in a template. Regulation (EU) 2019/788: statements
are given in the Commission's system alone; a campaign holds none.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from core.personal_data_register import our_apps
from tests.architecture.test_house_rules import ROOT, tracked
from tests.architecture.test_personal_data import is_never_held

_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]{1,60}\Z")
_WORDS = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_INPUT = re.compile(r"<(?:input|select|textarea|button|output)\b[^>]*>", re.IGNORECASE)
_NAME = re.compile(r"\s(?:name|id)=[\"']?([^\"'\s>]+)", re.IGNORECASE)
_TAG = re.compile(r"{[{%#].*?[}%#]}", re.DOTALL)

_COUNTED = "how many statements there are, by country: no personal data"
_ASKED = "the eligibility check: asked, judged and kept nowhere"
_SQL = "a statement of SQL"
ALLOWED: dict[str, dict[str, str]] = {
    "campaigns/actions/initiatives.py": {"statements": _COUNTED},
    "campaigns/charts/progress.py": {"STATEMENTS_NEEDED": _COUNTED},
    "campaigns/demo_election.py": {"birth_date": "an example by which rules are tried, of nobody"},
    "campaigns/demo_initiatives.py": {"statements_of_support": _COUNTED},
    "campaigns/eligibility.py": {"birth_date": _ASKED},
    "campaigns/eligibility_facts.py": {"birth_date": _ASKED},
    "campaigns/eligibility_questions.py": {"birth_date": _ASKED},
    "campaigns/eligibility_words.py": {"birth_date": _ASKED},
    "campaigns/initiative_counts.py": {
        "STATEMENTS": _COUNTED,
        "statements": _COUNTED,
        "statements_of_support": _COUNTED,
    },
    "campaigns/initiative_register.py": {"statements": _COUNTED},
    "campaigns/initiative_rules.py": {"STATEMENTS_NEEDED": _COUNTED, "statements": _COUNTED},
    "campaigns/management/commands/initiative_status.py": {"STATEMENTS_NEEDED": _COUNTED},
    "campaigns/selectors/initiatives.py": {"STATEMENTS_NEEDED": _COUNTED, "statements": _COUNTED},
    "campaigns/templatetags/initiative_progress.py": {"STATEMENTS_NEEDED": _COUNTED},
    "cms/commune_form_context.py": {
        "birth_date": "put into the form that is made on the person's device, and kept nowhere"
    },
    "cms/eligibility_context.py": {"birth_date": _ASKED},
    "cms/eligibility_forms.py": {"birth_date": _ASKED, "BirthDateForm": _ASKED},
    "core/inserts.py": {"_insert_in_one_statement": _SQL, "_statement": _SQL, "_statement_for_several": _SQL},
    "core/prepared_statements.py": {"statement": _SQL},
    "core/statements.py": {"_Statement": _SQL, "statement": _SQL},
    "dashboards/api/figures.py": {"STATEMENTS_NEEDED": _COUNTED, "statements": _COUNTED},
    "dashboards/api/serializers.py": {"statements": _COUNTED, "statements_needed": _COUNTED},
    "dashboards/api/shapes.py": {"statements": _COUNTED, "statements_needed": _COUNTED},
    "dashboards/exports.py": {"statements_of_support": _COUNTED},
    "dashboards/progress_pages.py": {"STATEMENTS_NEEDED": _COUNTED},
    "static/cms/js/commune_form.js": {
        "statements": "the sentences one declares on the commune's form, printed on the device"
    },
    "outreach/viewsets/paper.py": {"Statements": "the heading over a count"},
}


def names_in_python(source: str) -> set[str]:
    """Return every name a module gives or reads, and every string in it that could be a key."""
    return {name for node in ast.walk(ast.parse(source)) for name in _names_of(node) if name and _WORD.match(name)}


def _names_of(node: ast.AST) -> Iterator[str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg
    elif isinstance(node, ast.ClassDef | ast.FunctionDef):
        yield node.name


def names_in_script(source: str) -> set[str]:
    """Return every word of a script outside its comments: members of records, names of stores and fields."""
    return set(_WORDS.findall(_JS_COMMENT.sub(" ", source)))


def names_in_template(source: str) -> set[str]:
    """Return the names and ids of a template's inputs, without what is only known when it is drawn."""
    return {name for tag in _INPUT.findall(_TAG.sub("", source)) for name in _NAME.findall(tag)}


def forbidden(names: Iterable[str]) -> set[str]:
    return {name for name in names if is_never_held(_HUMP.sub("_", name).replace("-", "_").lower())}


def sources() -> list[tuple[Path, Callable[[str], set[str]]]]:
    """Return the files of the program with what reads each."""
    ours = tuple(Path(app.path) for app in our_apps())
    code = [path for path in tracked("*.py") if "migrations" not in path.parts and path.is_relative_to(ROOT)]
    found: list[tuple[Path, Callable[[str], set[str]]]] = [
        (path, names_in_python) for path in code if any(path.is_relative_to(folder) for folder in ours)
    ]
    found += [(path, names_in_python) for path in code if path.is_relative_to(ROOT / "config")]
    found += [(path, names_in_script) for path in tracked("*.js") if "vendor" not in path.parts]
    return found + [(path, names_in_template) for path in tracked("*.html")]


def found_in_sources() -> dict[str, set[str]]:
    read = ((path.relative_to(ROOT).as_posix(), forbidden(reader(path.read_text()))) for path, reader in sources())
    return {name: words for name, words in read if words}


def test_no_name_for_a_statement_or_an_identity_document_stands_in_the_program() -> None:
    read = sources()
    kinds = [sum(reader is each for _path, reader in read) for each in (names_in_python, names_in_script)]
    assert min(*kinds, len(read) - sum(kinds)) > 10  # all three kinds of files were there to be read
    new = {path: words - set(ALLOWED.get(path, {})) for path, words in found_in_sources().items()}
    assert {path: words for path, words in new.items() if words} == {}


def test_every_exception_is_still_needed_and_says_why() -> None:
    found = found_in_sources()
    assert {path: set(words) for path, words in ALLOWED.items() if not set(words) <= found.get(path, set())} == {}
    assert all(reason for words in ALLOWED.values() for reason in words.values())


SERIALIZER = """
class SupportSerializer(serializers.Serializer):
    document_number = serializers.CharField()
"""
MODEL_SERIALIZER = """
class Meta:
    fields = ["full_name", "id_number"]
"""
PARAMETER = "def support(request): return request.query_params.get('passport')"
SCHEMA = "OpenApiParameter(name='national_id', type=str)"
PAYLOAD = "intake = Intake(payload={'full_name': name, 'idCardNumber': typed})"
PAYLOAD_LATER = "payload['statement_of_support'] = form.cleaned_data['support']"
KEYWORD = "accept(birth_date=typed)"
ANNOTATED = "class Support:\n    identity_document: str"
RECORD = "export async function keep(base) { await base.put('records', { id, documentNumber: field.value }); }"
STORE = "base.createObjectStore('statements', { keyPath: 'id' });"
FIELD = "const nissField = form.querySelector('[name=niss]');"
INPUT = '<input type="text" name="passport_number" required>'
SELECT = "<select class='wide' id=documentType></select>"

BOTH = '<input {% if a > b %}checked{% endif %} id="x" name="identity_card">'


@pytest.mark.parametrize(
    ("reader", "planted"),
    [
        *((names_in_python, text) for text in (SERIALIZER, MODEL_SERIALIZER, PARAMETER, SCHEMA)),
        *((names_in_python, text) for text in (PAYLOAD, PAYLOAD_LATER, KEYWORD, ANNOTATED)),
        *((names_in_script, text) for text in (RECORD, STORE, FIELD)),
        *((names_in_template, text) for text in (INPUT, SELECT, BOTH)),
    ],
)
def test_planted_name_is_found(reader: Callable[[str], set[str]], planted: str) -> None:
    assert forbidden(reader(planted))


@pytest.mark.parametrize(
    ("reader", "harmless"),
    [
        (names_in_python, "reading = Reading(statements_count=3, counts={'total_statements': 5})"),
        (names_in_python, "raise ValueError('Your statement of support is given elsewhere')"),
        (names_in_script, "// never a document_number\nconst record = { id, outcome };"),
        (names_in_template, '<input name="email" placeholder="no passport_number">{# name="passport" #}'),
        (names_in_template, '<input name="{{ field.html_name }}">'),
    ],
)
def test_harmless_name_is_let_be(reader: Callable[[str], set[str]], harmless: str) -> None:
    assert not forbidden(reader(harmless))
