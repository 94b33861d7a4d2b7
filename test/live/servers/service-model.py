"""Compares requests and answers with AWS' own model of a service, as botocore ships it.

Standard input: a JSON list of {operation, input, output}. Standard output: a JSON list of what is wrong.
"""

import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator


def unlike(shape, value, path):
    """Enums, patterns and lengths, which botocore leaves to the server."""
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from unlike(member, value[name], f"{path}.{name}")
    elif kind == "list":
        for index, one in enumerate(value):
            yield from unlike(shape.member, one, f"{path}[{index}]")
    elif kind == "map":
        for key, one in value.items():
            yield from unlike(shape.value, one, f"{path}[{key}]")
    elif kind == "string":
        enum = shape.metadata.get("enum")
        if enum and value not in enum:
            yield f"{path}: {value} is none of {enum}"
        pattern = shape.metadata.get("pattern")
        if pattern and re.search(pattern, value) is None:
            yield f"{path}: {value} is not like {pattern}"
        if len(value) > shape.metadata.get("max", len(value)):
            yield f"{path}: longer than {shape.metadata['max']}"
    elif kind == "integer":
        least, most = shape.metadata.get("min", value), shape.metadata.get("max", value)
        if not least <= value <= most:
            yield f"{path}: {value} is not in [{least}, {most}]"


model = botocore.session.get_session().get_service_model(sys.argv[1])
problems = []
for call in json.load(sys.stdin):
    operation = model.operation_model(call["operation"])
    for name, shape in (("input", operation.input_shape), ("output", operation.output_shape)):
        value = call.get(name)
        if value is None:
            continue
        where = f"{call['operation']} {name}"
        report = ParamValidator().validate(value, shape)
        if report.has_errors():
            problems.append(f"{where}: {report.generate_report()}")
        else:
            problems.extend(unlike(shape, value, where))
json.dump(problems, sys.stdout)
