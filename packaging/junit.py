"""Prints PASSED FAILED NAMES-OF-FAILED of a JUnit file; what was skipped counts as neither."""

import sys
import xml.etree.ElementTree


def main():
    passed, failed = 0, []
    try:
        root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        sys.exit("no results: %s" % error)
    for case in root.iter("testcase"):
        skipped = case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(case.get("name", "?"))
        elif not skipped:
            passed += 1
    print(passed, len(failed), ", ".join(failed[:20]))


main()
