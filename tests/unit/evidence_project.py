"""A small project and a snapshot of it on disk, for tests of packs and reports."""

from __future__ import annotations

from pathlib import Path

SITES = """\
trusts:
  nord: {name: Nordlige sykehus HF}
  sor: {name: Sørlige sykehus HF}
  felles: {name: Felles drift}
sites:
  bjorkly: {name: Bjørkly sykehus, trust: nord, class: A, kind: hospital, latitude: 61.1153, longitude: 10.4662}
  fjellheim: {name: Fjellheim klinikk, trust: nord, class: C, kind: clinic, latitude: 61.8712, longitude: 9.2941}
  havnes: {name: Havnes sjukehus, trust: sor, class: A, kind: hospital, latitude: 58.1467, longitude: 7.9956}
  hallen: {name: Datahallen, trust: felles, class: A, kind: data-centre, latitude: 59.9139, longitude: 10.7522}
"""
HOSTS = {"bjo-we1": "bjorkly", "fje-we1": "fjellheim", "hav-we1": "havnes", "hal-bl1": "hallen"}
LINKS = {
    "sn-bjo-hal": ("bjo-we1", 1, "hal-bl1", 1),
    "sn-hav-hal": ("hav-we1", 1, "hal-bl1", 2),
    "sn-fje-bjo": ("fje-we1", 1, "bjo-we1", 2),
}
REQUIREMENTS = """\
order: {case_number: "20/12345", text: , deadline: , extended_to: }
sources:
  lov:
    name: A source
    reference: § 1
    mark: unverified
    text: {nb: Kilden krever det., en: The source asks for it.}
requirements:
  backbone:
    of_order: true
    title: {nb: Kryptert stamnett, en: Encrypted backbone}
    text: {nb: Alle samband er kryptert., en: Every link is encrypted.}
    sources: [lov]
    scope: {layers: [stamnett]}
    deadline: 2026-12-31
    deadline_basis: {nb: eierens frist, en: the owner's date}
  telnet:
    title: {nb: Ingen telnet, en: No telnet}
    text: {nb: Telnet er slått av., en: Telnet is off.}
    sources: [lov]
    scope: {domains: [core]}
    checks: [telnet-off]
milestones:
  mp1:
    title: {nb: Første strekk, en: First stretch}
    source: lov
    requirements: [backbone]
    planned: 2026-06-30
    moved:
      - {to: 2026-10-31, reason: {nb: Levering forsinket., en: Delivery was late.}, source: lov}
  mp2:
    title: {nb: Alle samband, en: All links}
    source: lov
    requirements: [backbone]
    planned: 2026-12-31
"""
WAIVERS = """\
waivers:
  old-south:
    requirement: backbone
    subjects: [sn-hav-hal]
    reason: Utstyrsbytte.
    owner: Drift sør
    ticket: SAK-77
    approver: Sikkerhetsleder
    approved_on: 2026-11-01
    expires: 2027-02-01
"""
ENCRYPTED = """\
 macsec
 mka policy MKA-256
 mka pre-shared-key key-chain KC-1
"""


def config(host: str, *, macsec: tuple[int, ...] = ()) -> str:
    ports = "".join(
        f"interface HundredGigE1/0/{number}\n description link {number}\n"
        f"{ENCRYPTED if number in macsec else ''}!\n"
        for number in (1, 2)
    )
    return (
        f"Building configuration...\n\nCurrent configuration : 900 bytes\n!\nversion 17.9\n"
        f"hostname {host}\nkey chain KC-1 macsec\n key 01\n"
        f"  cryptographic-algorithm aes-256-cmac\nmka policy MKA-256\n"
        f" macsec-cipher-suite gcm-aes-256\n{ports}"
        f"snmp-server community s3cretWord RO\nline vty 0 4\n transport input ssh\nend\n"
    )


def write_project(root: Path) -> Path:
    """A project of four devices of three trusts, and three links."""
    files = {
        "netmod.toml": "",
        "inventory/sites.yaml": SITES,
        "inventory/links.yaml": "".join(
            f"{name}: {{layer: stamnett, a: {{device: {a}, interface: HundredGigE1/0/{i}}}, "
            f"b: {{device: {b}, interface: HundredGigE1/0/{j}}}, capacity: 10G}}\n"
            for name, (a, i, b, j) in LINKS.items()
        ),
        "inventory/core/hosts.yaml": "".join(
            f"{name}: {{hostname: 192.0.2.{number}, platform: cisco_iosxe, "
            f"data: {{site: {site}, role: wan-edge}}}}\n"
            for number, (name, site) in enumerate(HOSTS.items(), start=1)
        ),
        "compliance/requirements.yaml": REQUIREMENTS,
        "compliance/waivers.yaml": WAIVERS,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def write_snapshot(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Both ends of one link have MACsec in their configuration; the others have none."""
    for host in HOSTS:
        if host not in without:
            ports = {"bjo-we1": (1,), "hal-bl1": (1,)}.get(host, ())
            path = folder / host / "show_running-config.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(config(host, macsec=ports), encoding="utf-8")
    text = 'captured_at: "2026-11-28T04:00:00Z"\n'
    if without:
        text += "failed: {" + ", ".join(f'{one}: "connection refused"' for one in without) + "}\n"
    (folder / "snapshot.yaml").write_text(text, encoding="utf-8")
    return folder
