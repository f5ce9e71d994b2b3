"""Which configuration statements Junos knows, as data.

A line is one statement, its depth the level below which it stands. What follows the name tells
its kind: nothing is a container, `+` a container that may stand empty, `<>` one of a list by name
(`<interface>` by an interface's), `=` a leaf with one value (a pattern of what it takes may
follow), `*` a leaf with several, `!` a leaf with none. `-` marks what is printed on one line, `~`
what is where it holds a single leaf.
"""

from __future__ import annotations

TEXT = """
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
    import *
    export *
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
    family =
    interface *
    protocol *
    route-filter
     <> -
      exact !
    route-type =
   then ~
    accept !
    next-hop =
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
