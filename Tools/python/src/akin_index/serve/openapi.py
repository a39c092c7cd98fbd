"""The OpenAPI document."""

from __future__ import annotations

from typing import Any, Dict, List

from .asking import Limits

_ID = {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}
_OPTIONS: Dict[str, Any] = {
    "k": {"type": "integer", "minimum": 1, "default": 10, "description": "Number of items"},
    "ef": {"type": "integer", "minimum": 1, "description": "Candidates of a walk over the graph"},
    "recall": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "Share of the true best"},
    "exact": {"type": "boolean", "default": False, "description": "Score every item"},
    "where": {"type": "string", "minLength": 1, "description": "A condition on attributes: genre = Comedy and year >= 1990"},
    "min_score": {"type": "number", "description": "No items below"},
    "diversity": {"type": "number", "minimum": 0, "maximum": 1, "description": "Trades score for variety"},
    "per_category": {"type": "integer", "minimum": 1, "description": "At most so many items of a category in a list"},
    "titles": {"type": "boolean", "default": True, "description": "Whether items have their titles"},
}
# These exclude each other.
_EFFORTS: List[Dict[str, Any]] = [
    {"required": ["ef", "recall"]},
    {"required": ["ef", "exact"], "properties": {"exact": {"const": True}}},
    {"required": ["recall", "exact"], "properties": {"exact": {"const": True}}},
]
_ITEM = {
    "type": "object",
    "required": ["id", "score"],
    "properties": {"id": _ID, "score": {"type": "number"}, "title": {"type": "string"}},
}
_ITEMS = {"type": "array", "items": _ITEM}
_ANSWER = {
    "type": "object",
    "properties": {
        "items": _ITEMS,
        "lists": {"type": "array", "items": _ITEMS},
        "generation": {"type": ["integer", "null"]},
        "microseconds": {"type": "number"},
    },
}
_ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}, "help": {"type": "string"}}}


def _json(schema: Any, description: str) -> Dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _responses(schema: Any) -> Dict[str, Any]:
    refused = {
        "400": "The request has no meaning",
        "401": "A bearer token is needed",
        "404": "An id is unknown",
        "413": "The request is too large",
        "422": "The input breaks a rule",
        "503": "The request took too long",
    }
    return {"200": _json(schema, "The answer"), **{code: _json(_ERROR, text) for code, text in refused.items()}}


def _asked(summary: str, one: Dict[str, Any], own: Dict[str, Any], asked: List[str], limits: Limits) -> Dict[str, Any]:
    """A question by address (`one`, where it has parameters) and by a body, which has one of the members `asked`."""
    options = {name: dict(schema) for name, schema in _OPTIONS.items()}
    options["k"]["maximum"], options["ef"]["maximum"] = limits.k, 100 * limits.k
    operation = {"summary": summary, "responses": _responses(_ANSWER)}
    body = {
        "type": "object",
        "properties": {**own, **options},
        "oneOf": [{"required": [name]} for name in asked],
        "not": {"anyOf": _EFFORTS},
        "additionalProperties": False,
    }
    found = {"post": {**operation, "requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}}
    if one:
        names = {**one, **options}
        needed = list(one) if len(one) == 1 else []
        parameters = [{"name": name, "in": "query", "required": name in needed, "schema": names[name]} for name in names]
        found["get"] = {**operation, "parameters": parameters}
    return found


def document(version: str, limits: Limits, dimension: int) -> Dict[str, Any]:
    """The document of this version, for an index of vectors of so many components."""
    numbers = {"type": "array", "items": {"type": "number"}}
    ids = {"type": "array", "items": _ID, "maxItems": limits.batch}
    some = {**ids, "minItems": 1}
    vector = {**numbers, "minItems": dimension, "maxItems": dimension}
    text = {"type": "string"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Akin", "version": version},
        "paths": {
            "/related": _asked("Items like an item", {"item": text}, {"item": _ID, "items": ids}, ["item", "items"], limits),
            "/recommend": _asked(
                "Items for a user, or for somebody with a history of items and a value of each",
                {"user": text, "history": text, "values": text, "include_seen": {"type": "boolean"}},
                {"user": _ID, "users": ids, "history": some, "values": numbers, "include_seen": {"type": "boolean"}},
                ["user", "users", "history"],
                limits,
            ),
            "/search": _asked(
                "The best items for a vector",
                {},
                {"vector": vector, "vectors": {"type": "array", "items": vector, "maxItems": limits.batch}},
                ["vector", "vectors"],
                limits,
            ),
            "/items": {
                "get": {
                    "summary": "Items by the beginning of their titles",
                    "parameters": [
                        {"name": "q", "in": "query", "schema": text},
                        {"name": "id", "in": "query", "schema": text},
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 0}},
                    ],
                    "responses": _responses({"type": "object"}),
                }
            },
            "/map": {"get": {"summary": "The catalogue as points", "responses": _responses({"type": "object"})}},
            "/info": {"get": {"summary": "What the server answers from", "responses": _responses({"type": "object"})}},
            "/health": {"get": {"summary": "Whether it answers", "responses": {"200": _json({"type": "object"}, "It does")}}},
            "/metrics": {
                "get": {
                    "summary": "Metrics for Prometheus",
                    "responses": {"200": {"description": "Text", "content": {"text/plain": {"schema": text}}}},
                }
            },
        },
    }
