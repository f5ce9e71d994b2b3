"""Why a link end has its state: codes, and their one English sentence for the facts document.

Reports translate the code and its parameters; nothing else in netmod reads the sentence.
"""

from __future__ import annotations

from netmod.facts import LinkEndFact

SENTENCES = {
    "macsec-live-peer": "MKA session secured with {peers} live peer(s)",
    "macsec-sas-in-use": "transmit and receive SAs are in use; the command prints no peers",
    "macsec-session-secured": "the device lists the session as secured; it prints no peers",
    "macsec-no-live-peer": "session reported secured without a live peer",
    "macsec-cut": "the output ends before the peers or SAs that it always prints",
    "macsec-one-direction": "an SA is in use in one direction only",
    "macsec-sas-missing": "session reported secured, but not every SA is in use",
    "macsec-no-sa": "no SA is in use",
    "macsec-not-secured": "the session is not secured (status {status})",
    "macsec-contradictory": "the captures contradict each other",
    "macsec-integrity-only": "frames are authenticated, not encrypted",
    "macsec-shutdown": "MACsec is shut down",
    "interface-shutdown": "the interface is shut down",
    "macsec-unlicensed": "no licence for MACsec is installed",
    "macsec-counters-only": "encrypted frames were counted; no session state was captured",
    "macsec-nothing-counted": "no encrypted frame was ever counted; no session state was captured",
    "macsec-sends-only": "sends encrypted frames, and has received no valid one",
    "macsec-receives-only": "receives encrypted frames, and has sent none",
    "macsec-configured": "configured; no operational capture proves it",
    "undefined-reference": "refers to {undefined}, which the configuration does not define",
    "incomplete-configuration": "the configuration is incomplete: {missing}",
    "no-session-known": "MACsec is mentioned, and no session state was captured",
    "lag-all-members": "all members are {state}",
    "lag-some-members": "{covered} of {members} members are covered",
    "ipsec-sa-pair": "ESP SAs with encryption in both directions",
    "ipsec-session-active": "session up with {sas} active SAs",
    "ipsec-some-flows": "{covered} of {flows} flows have encrypting SAs in both directions",
    "ipsec-protocol-only": "the SAs protect a routing protocol, not the link's traffic",
    "ipsec-no-sa": "no ESP SA; configured but down",
    "ipsec-one-direction": "an ESP SA in one direction only",
    "ipsec-no-confidentiality": "the SAs do not encrypt ({transform})",
    "ipsec-session-down": "the session is not up (status {status})",
    "ipsec-cut": "the output ends before the SAs that it always prints",
    "ipsec-configured": "configured; no operational capture proves it",
    "ipsec-definition-only": "a definition was captured, and no session state",
    "ipsec-fail-open": "traffic that matches no SA may pass in clear",
    "nothing-configured": "no encryption is configured on this interface",
}


def explained(fact: LinkEndFact, code: str, **parameters: object) -> LinkEndFact:
    """`fact` with its reason: the code, its parameters as text, and the English sentence."""
    texts = {name: str(value) for name, value in parameters.items()}
    sentence = SENTENCES[code].format(**texts)
    return fact.model_copy(update={"why_code": code, "why_parameters": texts, "why": sentence})
