#!/usr/bin/env python3
"""Holds recorded answers of the API against api/openapi.yaml.

  check_answers.py openapi.yaml answers.jsonl [operations.txt]

Every answer must have a documented status, content type and headers, and a body that satisfies the
schema, without members that the schema does not name. Every documented operation must have been
answered with a documented success, and every routed one must be documented; without the list of
routes that is left out.
"""
import json
import re
import sys

import yaml
from jsonschema import Draft202012Validator, FormatChecker

METHODS = ('get', 'post', 'put', 'patch', 'delete')


def strict(node):
    """Objects that list their properties and say nothing about others have no others."""
    if isinstance(node, dict):
        node = {key: strict(value) for key, value in node.items()}
        if node.get('type') == 'object' and 'properties' in node:
            node.setdefault('additionalProperties', False)
        return node
    if isinstance(node, list):
        return [strict(item) for item in node]
    return node


def resolved(document, node):
    while isinstance(node, dict) and '$ref' in node:
        found = document
        for part in node['$ref'][2:].split('/'):
            found = found[part]
        node = found
    return node


class Checker:
    def __init__(self, document):
        self.document = document
        self.components = strict(document['components'])
        self.failures = []
        self.answered = set()
        self.templates = []
        for path, item in document['paths'].items():
            pattern = re.compile('^' + re.sub(r'\\\{[^}]*\\\}', '[^/]+', re.escape(path)) + '$')
            self.templates.append((path.count('{'), pattern, path, item))
        self.templates.sort(key=lambda row: row[0])

    def fail(self, what, why):
        self.failures.append(f'{what}: {why}')

    def check(self, answer):
        head = answer['method'] == 'HEAD'
        method = 'get' if head else answer['method'].lower()
        for _, pattern, path, item in self.templates:
            if pattern.match(answer['path']):
                break
        else:
            return  # an address of no operation: its answer is tested where it is asked
        if method not in item:
            return
        what = f"{answer['method']} {path} {answer['status']}"
        responses = item[method]['responses']
        status = str(answer['status'])
        response = resolved(self.document, responses.get(status) or responses.get('default'))
        if response is None:
            return self.fail(what, 'the status is not documented')
        if status in responses and answer['status'] < 300:
            self.answered.add((method, path))
        for name in response.get('headers', {}):
            if name.lower() not in answer['headers']:
                self.fail(what, f'the header {name} is missing')
        for name in ('x-request-id', 'server-timing'):
            if name not in answer['headers']:
                self.fail(what, f'the header {name} is missing')
        if not head:
            self.check_body(what, answer, response.get('content'))

    def check_body(self, what, answer, content):
        if not content:
            if answer['body']:
                self.fail(what, 'there is a body, and none is documented')
            return
        media = answer['headers'].get('content-type', '').split(';')[0]
        if media not in content:
            return self.fail(what, f'the content type {media} is not documented')
        if media not in ('application/json', 'application/problem+json'):
            return
        schema = dict(strict(content[media]['schema']), components=self.components)
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        for error in validator.iter_errors(json.loads(answer['body'])):
            self.fail(what, f'{error.json_path}: {error.message[:300]}')

    def check_operations(self, routed):
        documented = {(method, path) for path, item in self.document['paths'].items()
                      for method in METHODS if method in item}
        for method, path in sorted(documented - self.answered):
            self.fail(f'{method.upper()} {path}', 'no test was answered with success')
        for method, path in sorted(routed - documented):
            self.fail(f'{method.upper()} {path}', 'is served and not documented')


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        checker = Checker(yaml.safe_load(file))
    count = 0
    with open(sys.argv[2], encoding='utf-8') as file:
        for line in file:
            checker.check(json.loads(line))
            count += 1
    if len(sys.argv) > 3:
        with open(sys.argv[3], encoding='utf-8') as file:
            routed = {(line.split()[0].lower(), line.split()[1]) for line in file if line.strip()}
        checker.check_operations(routed)
    for failure in sorted(set(checker.failures)):
        print(failure)
    print(f'{count} answers, {len(checker.answered)} operations, '
          f'{len(set(checker.failures))} failures')
    return 1 if checker.failures else 0


sys.exit(main())
