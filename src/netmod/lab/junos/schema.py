"""Which configuration statements Junos knows, as data.

A line is one statement, its depth the level below which it stands. What follows the name tells
its kind: nothing is a container, `+` a container that may stand empty, `<>` one of a list by name
(`<interface>` by an interface's), `=` a leaf with one value (a pattern of what it takes may
follow), `*` a leaf with several, `!` a leaf with none. `-` marks what is printed on one line, `~`
what is where it holds a single leaf.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["container", "presence", "entry", "value", "list", "flag"]
Layout = Literal["block", "line", "short"]

INTERFACE = re.compile(
    r"(?:(?:et|xe|ge|mge|fe|gr|ip|lt|sp)-\d+/\d+/\d+(?::\d+)?"
    r"|(?:ae|fxp|em|me|lo|st|irb|vme|gre|reth)\d*|re\d:mgmt-\d)(?:\.\d+)?|all"
)

_TEXT = """
system
 host-name =[A-Za-z0-9._-]+
 domain-name =
 time-zone =
 management-instance !
 no-redirects !
 name-server
  <> -
   routing-instance =
 internet-options
  tcp-drop-synfin-set !
 ports
  console
   log-out-on-disconnect !
 authentication-order *
 root-authentication
  encrypted-password =
 tacplus-server
  <>
   routing-instance =
   secret =
   timeout =\\d+
   single-connection !
   source-address =
 accounting
  events *
  destination
   tacplus +
 login
  message =
  retry-options
   tries-before-disconnect =\\d+
   backoff-threshold =\\d+
   backoff-factor =\\d+
   lockout-period =\\d+
  password
   format =
   minimum-length =\\d+
  class <>
   idle-timeout =\\d+
   permissions *
  user <>
   class =
   uid =\\d+
   full-name =
   authentication
    encrypted-password =
 services
  ssh +
   root-login =allow|deny|deny-password
   protocol-version *
   ciphers *
   macs *
   key-exchange *
   connection-limit =\\d+
   rate-limit =\\d+
   client-alive-interval =\\d+
   client-alive-count-max =\\d+
  netconf
   ssh +
  telnet +
  ftp +
  web-management
   http +
   https +
    system-generated-certificate !
 syslog
  host <>
   any|authorization|change-log|daemon|interactive-commands|kernel|user =
   routing-instance =
  file <>
   any|authorization|change-log|daemon|interactive-commands|kernel|user =
  user <>
   any =
  time-format =
 ntp
  authentication-key <> -
   type =
   value =
  trusted-key *
  server <> -
   key =\\d+
   routing-instance =
   prefer !
chassis
 fpc <>
  max-queues =\\d+
 aggregated-devices
  ethernet
   device-count =\\d+
security
 authentication-key-chains
  key-chain <>
   description =
   key <>
    secret =
    key-name =[0-9A-Fa-f]{1,64}
    start-time =
 pki
  ca-profile <>
   ca-identity =
   enrollment
    url =
   revocation-check
    use-crl !
    disable !
   routing-instance =
 macsec
  connectivity-association <>
   security-mode =static-cak|static-sak|dynamic
   cipher-suite =gcm-aes-(?:xpn-)?(?:128|256)
   offset =0|30|50
   no-encryption !
   include-sci !
   mka
    key-server-priority =\\d+
    sak-rekey-interval =\\d+
    transmit-interval =\\d+
    must-secure !
    should-secure !
   replay-protect
    replay-window-size =\\d+
   pre-shared-key
    ckn =[0-9A-Fa-f]{1,64}
    cak =
   pre-shared-key-chain =
   fallback-key
    ckn =[0-9A-Fa-f]{1,64}
    cak =
   fallback-key-chain =
  interfaces
   <interface>
    connectivity-association =
interfaces
 <interface>
  description =
  disable !
  mtu =\\d+
  flexible-vlan-tagging !
  native-vlan-id =\\d+
  gigether-options
   802.3ad =ae\\d+
  aggregated-ether-options
   minimum-links =\\d+
   lacp +
    active !
    passive !
    periodic =fast|slow
  unit <>
   description =
   disable !
   vlan-id =\\d+
   family <>
    mtu =\\d+
    address <>
    filter
     input =
     output =
class-of-service
 classifiers
  dscp|exp <>
   forwarding-class <>
    loss-priority <>
     code-points *
 forwarding-classes
  class <> -
   queue-num =[0-7]
 interfaces
  <interface>
   scheduler-map =
   unit <>
    classifiers
     dscp|exp =
    rewrite-rules
     exp =
 rewrite-rules
  exp <>
   forwarding-class <>
    loss-priority <>
     code-point =
 scheduler-maps
  <>
   forwarding-class <> -
    scheduler =
 schedulers
  <>
   transmit-rate
    percent =\\d+
   shaping-rate
    percent =\\d+
   buffer-size
    percent =\\d+
   priority =low|medium-low|medium-high|high|strict-high
snmp
 location =
 contact =
 v3
  usm
   local-engine
    user <>
     authentication-sha|authentication-sha256
      authentication-password =
      authentication-key =
     privacy-aes128|privacy-aes256
      privacy-password =
      privacy-key =
  vacm
   security-to-group
    security-model <>
     security-name <>
      group =
   access
    group <>
     default-context-prefix
      security-model <>
       security-level <>
        read-view =
        write-view =
 view <>
  oid <> -
   include !
   exclude !
 community <>
  authorization =
 routing-instance-access +
routing-options
 router-id =
 autonomous-system =\\d+
 static
  route <> -
   next-hop =
   discard !
protocols
 lldp
  interface <interface>
   disable !
 isis
  level <>
   disable !
   wide-metrics-only !
   authentication-type =md5|simple
   authentication-key =
  interface <interface>
   passive !
   point-to-point !
   ldp-synchronization +
   family <>
    bfd-liveness-detection
     minimum-interval =\\d+
     multiplier =\\d+
   level <> -
    metric =\\d+
    disable !
 mpls
  interface <interface>
 ldp
  interface <interface>
 bgp
  group <>
   type =internal|external
   local-address =
   cluster =
   log-updown !
   family <>
    unicast +
   import *
   export *
   neighbor <>
    description =
    peer-as =\\d+
    authentication-key =
    family <>
     unicast +
      prefix-limit
       maximum =\\d+
policy-options
 prefix-list <>
  <>
 policy-statement <>
  term <>
   from
    interface *
    protocol *
   then ~
    accept !
    reject !
firewall
 policer <>
  if-exceeding
   bandwidth-limit =\\d+[kmg]?
   burst-size-limit =\\d+[kmg]?
  then ~
   discard !
 family <>
  filter <>
   term <>
    from
     source-address
      <>
     source-prefix-list
      <>
     protocol *
     port *
     destination-port *
    then ~
     policer =
     count =
     accept !
     discard !
     reject !
routing-instances
 <>
  description =
  instance-type =
  interface <interface>
  route-distinguisher =
  vrf-target =
  vrf-table-label +
  protocols
   bgp
    group <>
     type =internal|external
     neighbor <>
      description =
      peer-as =\\d+
      authentication-key =
      family <>
       unicast +
        prefix-limit
         maximum =\\d+
  routing-options
   static
    route <> -
     next-hop =
     discard !
"""

_LINE = re.compile(r"( *)(?:(<\w*>)|([\w.|-]+)(?: ([+*!~]|<\w*>|=.*))?)(?: (-))?", flags=re.ASCII)


@dataclass
class Node:
    """What may stand below a statement of one kind."""

    kind: Kind
    layout: Layout = "block"
    pattern: re.Pattern[str] | None = None
    words: dict[str, Node] = field(default_factory=dict)
    anonymous: Node | None = None

    def takes(self, value: str) -> bool:
        """Whether a name or a value is one that this statement takes."""
        return self.pattern is None or self.pattern.fullmatch(value) is not None

    def choose(self, word: str) -> tuple[str, Node] | None:
        """The statement of a word that may be abbreviated; None where there is no such one."""
        if word in self.words:
            return word, self.words[word]
        found = [name for name in self.words if name.startswith(word)]
        return (found[0], self.words[found[0]]) if len(found) == 1 else None


_KINDS: dict[str, Kind] = {"+": "presence", "*": "list", "!": "flag", "<": "entry", "=": "value"}


def _compile(text: str) -> Node:
    root = Node("container")
    stack = [root]
    for line in text.strip("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"no line of a schema: {line!r}")
        margin, anonymous, names, mark, one_line = match.groups()
        del stack[len(margin) + 1 :]
        mark = anonymous or mark or ""
        layout: Layout = "line" if one_line else "short" if mark == "~" else "block"
        node = Node(_KINDS.get(mark[:1], "container"), layout, _pattern(mark))
        if anonymous:
            stack[-1].anonymous = node
        for name in (names or "").split("|") if names else ():
            stack[-1].words[name] = node
        stack.append(node)
    return root


def _pattern(mark: str) -> re.Pattern[str] | None:
    if mark == "<interface>":
        return INTERFACE
    return re.compile(mark[1:]) if mark.startswith("=") and len(mark) > 1 else None


SCHEMA = _compile(_TEXT)
