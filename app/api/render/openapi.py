"""The description of the API in OpenAPI 3.1."""

from __future__ import annotations

from typing import Any, Final

from app.api.queries.collections import COLLECTIONS
from app.api.render.hal import ROOT, relation
from app.api.rules.asking import MOST, USUAL, Kind
from app.api.rules.scopes import Scope
from app.settings import settings

#: What each collection holds, for whoever reads the description.
SAYS: Final = {
    "events": "Published events. A place that is hidden is shown as its town and area.",
    "fundraising_pages": "Published appeals with what arrived.",
    "event_campaigns": "Days of action with many local events.",
    "campaigns": "Aims that people join.",
    "people": "Members, and people who agreed to be written to; addresses of the latter alone.",
    "donations": "Gifts for which money came. They do not say whose.",
    "attendances": "That somebody comes to an event, with how many. They do not say who.",
}


def document() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {f"{ROOT}/": {"get": _operation("Entry point", "entry", {})}}
    for name, said in SAYS.items():
        key = _security(name)
        paths[f"{ROOT}/{name}"] = {
            "get": {**_operation(said, f"list_{name}", _page_schema(name)), **key}
            | {"parameters": _parameters(name)}
        }
        paths[f"{ROOT}/{name}/{{id}}"] = {
            "get": {**_operation(said, f"read_{name}", {"$ref": "#/components/schemas/Thing"})}
            | key
            | {"parameters": [_parameter("id", "string", place="path", is_required=True)]}
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings().site_name} – OSDI",
            "version": "1",
            "description": "Read-only JSON in the words of OSDI, as HAL.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": settings().base_url}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "OSDI-API-Token"}
            },
            "schemas": {"Thing": _thing(), "Error": _error()},
        },
    }


def _operation(summary: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    wrong = {
        "description": "Says what is wrong.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return {
        "summary": summary,
        "operationId": name,
        "security": [],
        "responses": {
            "200": {
                "description": "OK",
                "content": {"application/hal+json": {"schema": schema or {"type": "object"}}},
            },
            "4XX": wrong,
        },
    }


def _security(name: str) -> dict[str, Any]:
    return {"security": [{"key": []}]} if name in set(Scope) else {}


def _parameters(name: str) -> list[dict[str, Any]]:
    kinds = COLLECTIONS[name].kinds
    fields = ", ".join(f"{field} ({_kind(kind)})" for field, kind in kinds.items())
    return [
        _parameter("page", "integer", "From 1."),
        _parameter("per_page", "integer", f"{USUAL} unless given, at most {MOST}."),
        _parameter(
            "filter",
            "string",
            f"field operator 'value', joined by and. Fields: {fields}. "
            "Operators: eq ne gt ge lt le.",
        ),
    ]


def _kind(kind: Kind) -> str:
    return "ISO 8601" if kind is Kind.MOMENT else "text"


def _parameter(
    name: str, kind: str, said: str = "", *, place: str = "query", is_required: bool = False
) -> dict[str, Any]:
    found = {"name": name, "in": place, "required": is_required, "schema": {"type": kind}}
    return found | ({"description": said} if said else {})


def _page_schema(name: str) -> dict[str, Any]:
    things = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    number = {"type": "integer"}
    return {
        "type": "object",
        "required": ["page", "per_page", "total_pages", "total_records", "_links", "_embedded"],
        "properties": {
            "page": number,
            "per_page": number,
            "total_pages": number,
            "total_records": number,
            "_links": {"type": "object"},
            "_embedded": {"type": "object", "properties": {relation(name): things}},
        },
    }


def _thing() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["identifiers", "_links"],
        "properties": {
            "identifiers": {"type": "array", "items": {"type": "string"}},
            "created_date": {"type": "string", "format": "date-time"},
            "modified_date": {"type": "string", "format": "date-time"},
            "_links": {"type": "object"},
        },
    }


def _error() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "osdi:error": {
                "type": "object",
                "properties": {
                    "response_code": {"type": "integer"},
                    "error_description": {"type": "string"},
                },
            }
        },
    }
