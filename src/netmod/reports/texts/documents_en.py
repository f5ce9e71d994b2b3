"""The English texts of documents, and of the sections that reports share with them."""

from __future__ import annotations

SENTENCES = {
    "tertial-title": "Encryption of links: tertial report",
    "requirements-title": "Encryption of links and hardening of devices: requirements",
    "trust-title": "Encryption of links: {trust}",
    "trust-basis": "For {trust} as data controller, by its processor: the links with an end at one "
    "of its sites, and the devices there. Links and devices of others are not in any figure.",
    "milestone-rule": "Green: registered as reached, by the date that counts. Yellow: reached "
    "later, or moved, or due within {days} days. Red: the date has passed, and nobody has "
    "registered it as reached; that it was not is more than is known here. Grey: due later.",
    "milestone-none": "The catalogue has no milestones.",
    "forecast-reached": "All links in scope are encrypted.",
    "forecast-too-little-history": "There is too little history for a forecast: it takes records "
    "that lie four weeks apart.",
    "forecast-no-progress": "In the {days} days from {since} the number of encrypted links changed "
    "by {gained}. At this pace those that are left ({left}) will not be encrypted.",
    "forecast-expected": "In the {days} days from {since}, {gained} more links were encrypted. At "
    "this pace those that are left ({left}) would be by {day}. It is a straight line: the links "
    "that are left may be the hard ones.",
    "forecast-in-time": "That is before the deadline, {deadline}.",
    "forecast-late": "That is {days} days after the deadline, {deadline}.",
    "no-history": "Nothing is recorded of earlier runs; the nightly run records them.",
    "chart-title": "Links in scope and how many of them were encrypted, from {first} to {last}: "
    "first {encrypted_first} of {total_first}, last {encrypted_last} of {total_last}.",
    "changes-title": "Changes since {day}",
    "changes-none": "No link entered or left the scope, and no verdict changed.",
    "changes-count": "Links that entered the scope: {entered}. Left it: {left}. Better verdict: "
    "{better}. Worse verdict: {worse}.",
    "changes-unknown": "Nothing is recorded from before {since}: what changed since then is not "
    "known.",
    "heat-note": "Encrypted of all links in scope. A link between two trusts counts in both rows.",
    "gains-note": "First those that complete a location, then the largest.",
    "waiver-note": "A waiver stands beside a result and never changes it: a waived link is still "
    "not encrypted.",
    "deviations-none": "No requirement has a result that is not met or not known.",
    "deviation-counts": "{failed} not met, {unknown} not known, {waived} of these with a waiver, "
    "of {total}",
    "no-measure": "no measure registered",
    "until-day": "until {day}",
    "moved-times": "{count} times: {reason}",
    "site-title-as-built": "As-built document: {site}",
    "site-title-sat": "Site acceptance test: {site}",
    "as-built-headline": "{devices} devices and {links} links, as they were seen",
    "sat-headline": "{passed} of {total} points passed by the captures; {failed} failed, {unknown} "
    "not known",
    "as-built-fine": "Every device of the site was seen.",
    "as-built-incomplete": "Not every device of the site was seen.",
    "sat-fine": "Every point that captures can decide is passed.",
    "sat-findings": "Some points are not passed.",
    "sat-incomplete": "Not every point could be decided.",
    "as-built-basis": "Read out of what the devices said, and of the inventory where it says so. "
    "What was not seen is called so.",
    "sat-basis": "Points under 1 to 4 are judged by the captures of the snapshot. Those under 5 "
    "are for people at the site: nothing here proves them.",
    "not-seen-here": "not seen",
    "manual-power": "Power: two feeds, UPS and earthing as agreed",
    "manual-room": "Communication room: access, cooling, rack and cable routes in order",
    "manual-labels": "Devices, ports and cables are labelled as in this document",
    "manual-alarm": "Alarms of the devices arrive in the monitoring centre",
    "manual-failover": "Each redundant link was taken down, and traffic went on",
    "manual-console": "Console and out-of-band access work",
    "keys-none": "No MACsec key chain was seen.",
}

HEADINGS = {
    "where-to-act": "Where to act",
    "address": "[address]",
    "date": "Date",
    "milestones": "Milestones",
    "milestone": "Milestone",
    "first-date": "First date",
    "date-now": "Date that counts",
    "moved": "Moved",
    "reached": "Reached",
    "colour": "Status",
    "progress": "Progress",
    "entered": "Entered the scope",
    "left": "Left the scope",
    "better": "Better verdict",
    "worse": "Worse verdict",
    "before": "Before",
    "after": "Now",
    "heat": "By trust and layer",
    "by-class": "By class of site",
    "site-class": "Class of site",
    "gains": "Links that would raise coverage most",
    "completes": "Completes",
    "deviations": "Deviations and measures",
    "deviation": "Deviation",
    "measure": "Measures",
    "waivers": "Waivers",
    "waiver": "Waiver",
    "about": "About",
    "owner": "Owner",
    "ticket": "Ticket",
    "approver": "Approved by",
    "expires": "Expires",
    "catalogue-findings": "What is wrong in the catalogue itself",
    "device-findings": "Requirements on devices that are not met",
    "check": "Check",
    "expected": "Expected",
    "seen": "Seen",
    "point": "Point",
    "number": "No.",
    "place": "The site",
    "devices": "Devices",
    "hardware": "Hardware",
    "cabling": "Cabling",
    "encryption": "Encryption",
    "keys": "Keys",
    "manual": "By hand",
    "role": "Role",
    "platform": "Platform",
    "model": "Model",
    "serial": "Serial number",
    "software": "Software",
    "part": "Part",
    "description": "Description",
    "interface": "Interface",
    "neighbour": "Neighbour",
    "neighbour-port": "Port there",
    "protocol": "Protocol",
    "key-chain": "Key chain",
    "key": "Key",
    "algorithm": "Algorithm",
    "valid-from": "Valid from",
    "valid-until": "Valid until",
    "cipher": "Cipher",
    "coordinates": "Coordinates",
    "site-id": "Id",
    "kind": "Kind",
    "party": "Party",
    "name": "Name",
    "supplier": "Supplier",
    "signature": "Signature",
    "signatures": "Signatures",
    "identity": "Identity",
    "date-and-name": "Date and name",
}

COLOURS = {"green": "green", "yellow": "yellow", "red": "red", "grey": "grey"}

LINK_STATES = {
    "": "not there",
    "withdrawn": "no longer declared",
    "out-of-scope": "no requirement asks for it",
    "planned": "planned",
    "decommissioned": "decommissioned",
}

SITE_KINDS = {
    "hospital": "hospital",
    "data-centre": "data centre",
    "core": "core location",
    "clinic": "clinic",
    "backbone": "backbone",
    "office": "office",
}
