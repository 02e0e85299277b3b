"""How often programs may ask the public API, and what its description says (docs/api.md)."""

from config.env import env_int

# Requests a minute from one address, for public figures, and for those behind a token; 0: no limit.
API_REQUESTS_PER_MINUTE = env_int("API_REQUESTS_PER_MINUTE", 300)
API_TOKEN_ADDRESS_REQUESTS_PER_MINUTE = env_int("API_TOKEN_ADDRESS_REQUESTS_PER_MINUTE", 120)
# Requests a minute with one token, from wherever.
API_TOKEN_REQUESTS_PER_MINUTE = env_int("API_TOKEN_REQUESTS_PER_MINUTE", 60)
# Nothing else here: Wagtail's own interfaces go by these settings too. Ours say all of theirs themselves.
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Carillon",
    "VERSION": "1",
    "DESCRIPTION": "Public figures of campaigns, petitions, pledges and European Citizens' Initiatives. Counts only.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {"Precision": ["exact", "tens", "fewer_than"]},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dashboards.api.describing.etag_and_age",
    ],
}
