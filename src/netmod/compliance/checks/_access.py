"""Checks of how a device is reached and managed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field
from typing_extensions import override

from netmod.compliance._model import Model
from netmod.compliance.checks._base import DeviceCheck, DeviceSubject, Judgement, NoInputs
from netmod.compliance.checks._rows import Minimum


def _not_seen(fact: str, what: str, part: str = "") -> Judgement:
    why = f"the captures do not tell about {what}"
    return Judgement("unknown", "fact-not-seen", why, {"fact": fact}, part)


_LOCAL_FIRST = ("local", "none", "password", "enable", "line", "local-case")


class AaaServers(DeviceCheck[Minimum]):
    """Administrators are authenticated by one of at least two central servers.

    Pass: at least `minimum` TACACS+ or RADIUS servers (2 unless set), and the login method asks
        them first.
    Fail: fewer servers, or the login method asks the local accounts first.
    Not applicable: never.
    Unknown: the captures do not decide the servers or the login method; fewer TACACS+ servers are
        seen than asked for, and RADIUS servers cannot be counted.

    Example:
        - aaa-servers: {minimum: 2}
    """

    id = "aaa-servers"
    inputs = Minimum

    def judge(self, subject: DeviceSubject, inputs: Minimum) -> Iterable[Judgement]:
        hardening = subject.facts.hardening
        tacacs, radius = hardening.tacacs_servers, hardening.value("radius_servers")
        login = hardening.aaa_login
        if login is not None and login.split()[:1] and login.split()[0] in _LOCAL_FIRST:
            yield Judgement("fail", "login-local-first", f"login asks {login!r}", {"login": login})
            return
        if tacacs is None and radius is None:
            yield _not_seen("tacacs_servers", "authentication servers")
            return
        count = (tacacs or 0) + (radius or 0)
        parameters = {"count": str(count), "minimum": str(inputs.minimum)}
        why = f"{count} authentication servers; {inputs.minimum} are asked for"
        if count < inputs.minimum:
            seen_all = tacacs is not None and radius is not None
            outcome: Literal["fail", "unknown"] = "fail" if seen_all else "unknown"
            reason = "too-few-servers" if seen_all else "servers-not-all-seen"
            yield Judgement(outcome, reason, why, parameters)
        elif login is None:
            yield _not_seen("aaa_login", "the login method")
        else:
            yield Judgement("pass", "enough-servers", why, parameters)


_AUTHENTICATION = ("none", "md5", "sha", "sha224", "sha256", "sha384", "sha512")


class SnmpInputs(Model):
    """The weakest authentication that is allowed; privacy must always be AES."""

    minimum_authentication: Literal["sha", "sha224", "sha256", "sha384", "sha512"] = "sha"


class SnmpV3Only(DeviceCheck[SnmpInputs]):
    """SNMP is read and written in version 3 only, authenticated and encrypted.

    Pass: no community of version 1 or 2c, and the weakest user of version 3 has at least
        `minimum_authentication` and AES.
    Fail: there is a community, or a user of version 3 has weaker authentication, or none, or no
        AES.
    Not applicable: neither a community nor a user or group of version 3: SNMP is not served.
    Unknown: the captures do not decide one of these (the configuration of IOS does not hold its
        users: `show snmp user` does).

    Example:
        - snmp-v3-only: {minimum_authentication: sha256}
    """

    id = "snmp-v3-only"
    inputs = SnmpInputs

    def judge(self, subject: DeviceSubject, inputs: SnmpInputs) -> Iterable[Judgement]:
        facts = subject.facts.hardening
        communities, users = facts.snmp_v1v2_communities, facts.snmp_v3
        if communities:
            why = f"{communities} communities of SNMP version 1 or 2c"
            yield Judgement("fail", "snmp-communities", why, {"count": str(communities)})
        elif communities is None:
            yield _not_seen("snmp_v1v2_communities", "SNMP communities")
        elif users is None:
            yield _not_seen("snmp_v3", "SNMP version 3")
        elif not users:
            yield Judgement("not-applicable", "snmp-not-served", "SNMP is not served")
        else:
            yield _user_strength(facts.snmp_v3_auth, facts.value("snmp_v3_priv"), inputs)


def _plain(word: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(word).casefold()).removeprefix("hmac")


def _user_strength(auth: object, privacy: object, inputs: SnmpInputs) -> Judgement:
    if auth is not None:
        word = "sha" if _plain(auth) == "sha1" else _plain(auth)
        if word not in _AUTHENTICATION:
            return _not_seen("snmp_v3_auth", f"SNMP authentication {word!r}")
        least = _AUTHENTICATION.index(inputs.minimum_authentication)
        if _AUTHENTICATION.index(word) < least:
            why = f"SNMP authentication {word}; {inputs.minimum_authentication} is asked for"
            return Judgement("fail", "snmp-authentication-weak", why, {"algorithm": word})
    if privacy is not None and not _plain(privacy).startswith("aes"):
        word = _plain(privacy)
        return Judgement(
            "fail", "snmp-privacy-weak", f"SNMP privacy {word}; AES is asked for",
            {"algorithm": word},
        )  # fmt: skip
    if auth is None:
        return _not_seen("snmp_v3_auth", "the authentication of SNMP users")
    if privacy is None:
        return _not_seen("snmp_v3_priv", "the encryption of SNMP users")
    why = f"SNMP version 3 only, {_plain(auth)} and {_plain(privacy)}"
    return Judgement("pass", "snmp-v3-strong", why)


class NtpAuthenticated(DeviceCheck[NoInputs]):
    """The time comes from servers that prove who they are.

    Pass: authentication is on, and every server has a key.
    Fail: no server, authentication is off, or a server without key.
    Not applicable: never.
    Unknown: the captures do not decide one of these. For IOS, IOS-XE and Junos no reader counts
        the servers with a key yet: there it fails or is unknown.

    Example:
        - ntp-authenticated
    """

    id = "ntp-authenticated"
    inputs = NoInputs
    waits_for = ("ntp_servers_with_key (IOS, IOS-XE, Junos)",)

    @override
    def judge(self, subject: DeviceSubject, inputs: NoInputs) -> Iterable[Judgement]:
        facts = subject.facts.hardening
        servers, keyed = facts.ntp_servers, facts.value("ntp_servers_with_key")
        if servers is not None and not servers:
            yield Judgement("fail", "no-ntp-server", "no NTP server")
        elif facts.ntp_auth is False:
            yield Judgement("fail", "ntp-not-authenticated", "NTP authentication is off")
        elif servers is None:
            yield _not_seen("ntp_servers", "NTP servers")
        elif facts.ntp_auth is None:
            yield _not_seen("ntp_auth", "NTP authentication")
        elif keyed is None:
            yield _not_seen("ntp_servers_with_key", "the keys of NTP servers")
        else:
            parameters = {"count": str(keyed), "total": str(len(servers))}
            why = f"{keyed} of {len(servers)} NTP servers have a key"
            outcome: Literal["pass", "fail"] = "pass" if keyed >= len(servers) else "fail"
            yield Judgement(outcome, "ntp-servers-with-key", why, parameters)


class PasswordHashes(Model):
    """Which kinds of password hash are strong enough, as the facts name them."""

    accepted: tuple[str, ...] = Field(
        default=("type 8", "type 9", "sha256", "sha512", "bcrypt"), min_length=1
    )


class PasswordHashing(DeviceCheck[PasswordHashes]):
    """Local passwords are stored as strong hashes.

    Pass: the hash of the users, and of root where there is one, is one of `accepted`.
    Fail: it is another one, or a password is stored reversibly (type 7).
    Not applicable: never.
    Unknown: the captures do not decide the kind of hash. Users with different kinds, the enable
        secret, and users of NX-OS, IOS-XR, EOS and Junos wait for facts.

    Example:
        - password-hashing: {accepted: [type 8, type 9, sha512]}
    """

    id = "password-hashing"
    inputs = PasswordHashes
    waits_for = ("user_hash (NX-OS, IOS-XR, EOS, Junos; several kinds at once; enable secret)",)

    def judge(self, subject: DeviceSubject, inputs: PasswordHashes) -> Iterable[Judgement]:
        facts = subject.facts.hardening
        if facts.value("user_password_type7"):
            why = "a user's password is stored reversibly (type 7)"
            yield Judgement("fail", "password-reversible", why, part="users")
        else:
            yield _hash("users", "user_hash", facts.value("user_hash"), inputs)
        if facts.root_hash is not None:
            yield _hash("root", "root_hash", facts.root_hash, inputs)


def _hash(part: str, fact: str, kind: str | None, inputs: PasswordHashes) -> Judgement:
    if kind is None:
        return _not_seen(fact, f"how passwords of {part} are stored", part)
    strong = kind in inputs.accepted
    why = f"passwords of {part} are stored as {kind}"
    reason = "hash-strong" if strong else "hash-weak"
    return Judgement("pass" if strong else "fail", reason, why, {"kind": kind}, part)


class Timeout(Model):
    """The longest idle time of a session, in minutes."""

    maximum_minutes: int = Field(default=10, ge=1)


class SessionTimeout(DeviceCheck[Timeout]):
    """Idle management sessions end by themselves.

    Pass: the timeout of the remote lines is seen, and is at most `maximum_minutes` (10 unless
        set).
    Fail: a line's timeout is off, or longer.
    Not applicable: never.
    Unknown: no timeout is seen.

    Example:
        - session-timeout: {maximum_minutes: 10}
    """

    id = "session-timeout"
    inputs = Timeout

    def judge(self, subject: DeviceSubject, inputs: Timeout) -> Iterable[Judgement]:
        facts = subject.facts.hardening
        seen = re.fullmatch(r"(\d+)(?: (\d+))?", str(facts.value("exec_timeout_vty")))
        if facts.exec_timeout_disabled:
            yield Judgement("fail", "timeout-off", "the timeout of a line is off")
        elif seen is None:
            yield _not_seen("exec_timeout_vty", "the timeout of remote sessions")
        else:
            seconds = int(seen[1]) * 60 + int(seen[2] or 0)
            met = 0 < seconds <= inputs.maximum_minutes * 60
            why = f"idle sessions end after {seconds} s; {inputs.maximum_minutes} min are allowed"
            parameters = {"seconds": str(seconds), "maximum": str(inputs.maximum_minutes * 60)}
            yield Judgement("pass" if met else "fail", "timeout", why, parameters)


class Algorithms(Model):
    """What may be offered, by the names that SSH (IANA) and TLS use."""

    ssh_ciphers: tuple[str, ...] = (
        "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr",
        "aes128-ctr", "chacha20-poly1305@openssh.com",
    )  # fmt: skip
    ssh_macs: tuple[str, ...] = (
        "hmac-sha2-256", "hmac-sha2-512", "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
    )  # fmt: skip
    ssh_key_exchanges: tuple[str, ...] = (
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "diffie-hellman-group-exchange-sha256", "mlkem768x25519-sha256",
        "sntrup761x25519-sha512@openssh.com",
    )  # fmt: skip
    tls_versions: tuple[str, ...] = ("1.2", "1.3")


class SessionAlgorithms(DeviceCheck[Algorithms]):
    """SSH and TLS of the device offer strong algorithms only.

    Pass: everything that is offered is in the list of the inputs; ciphers, MACs and key exchanges
        of SSH and versions of TLS are judged one by one.
    Fail: something else is offered.
    Not applicable: the service (SSH, HTTPS) is seen to be off.
    Unknown: the captures do not list what is offered.

    Example:
        - session-algorithms: {tls_versions: ["1.3"]}
    """

    id = "session-algorithms"
    inputs = Algorithms
    waits_for = ("ssh_ciphers", "ssh_macs", "ssh_key_exchanges", "tls_versions")

    def judge(self, subject: DeviceSubject, inputs: Algorithms) -> Iterator[Judgement]:
        facts = subject.facts.hardening
        for fact, accepted in inputs:
            service = facts.ssh_enabled if fact.startswith("ssh") else facts.https_server
            offered = facts.value(fact)
            if service is False:
                yield Judgement("not-applicable", "service-off", "the service is off", part=fact)
            elif not offered:
                yield _not_seen(fact, f"what is offered ({fact})", fact)
            else:
                weak = sorted(set(offered) - set(accepted))
                named = ", ".join(weak)
                why = f"{named} is offered" if weak else "only what is accepted is offered"
                reason = "algorithms-weak" if weak else "algorithms-strong"
                outcome: Literal["pass", "fail"] = "fail" if weak else "pass"
                yield Judgement(outcome, reason, why, {"names": named} if weak else {}, fact)
