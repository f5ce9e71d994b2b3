"""Tekstene til dokumenter, og til avsnittene som rapportene har felles med dem, på bokmål."""

from __future__ import annotations

SENTENCES = {
    "tertial-title": "Kryptering av forbindelser: tertialrapport",
    "requirements-title": "Kryptering av forbindelser og herding av enheter: krav",
    "trust-title": "Kryptering av forbindelser: {trust}",
    "trust-basis": "Til {trust} som dataansvarlig, fra databehandleren: forbindelser med en ende "
    "på en av foretakets lokasjoner, og enhetene der. Andres forbindelser og enheter er ikke med i "
    "noe tall.",
    "milestone-rule": "Grønn: registrert som nådd innen datoen som gjelder. Gul: nådd senere, "
    "flyttet, eller med frist innen {days} dager. Rød: datoen er passert, og ingen har registrert "
    "at milepælen er nådd; at den ikke er det, er mer enn det som er kjent her. Grå: frist senere.",
    "milestone-none": "Katalogen har ingen milepæler.",
    "forecast-reached": "Alle forbindelser i omfang er kryptert.",
    "forecast-too-little-history": "Historikken er for kort for en prognose: det trengs målinger "
    "med fire ukers avstand.",
    "forecast-no-progress": "I de {days} dagene fra {since} endret antallet krypterte forbindelser "
    "seg med {gained}. I dette tempoet blir de som gjenstår ({left}), ikke kryptert.",
    "forecast-expected": "I de {days} dagene fra {since} ble {gained} flere forbindelser kryptert. "
    "I dette tempoet ville de som gjenstår ({left}), være det innen {day}. Det er en rett linje: "
    "de som gjenstår, kan være de vanskelige.",
    "forecast-in-time": "Det er før fristen {deadline}.",
    "forecast-late": "Det er {days} dager etter fristen {deadline}.",
    "no-history": "Det er ikke registrert noen tidligere kjøring; den nattlige kjøringen "
    "registrerer dem.",
    "chart-title": "Forbindelser i omfang og hvor mange av dem som var kryptert, fra {first} til "
    "{last}: først {encrypted_first} av {total_first}, sist {encrypted_last} av {total_last}.",
    "changes-title": "Endringer siden {day}",
    "changes-none": "Ingen forbindelse kom inn i eller gikk ut av omfanget, og ingen vurdering ble "
    "endret.",
    "changes-count": "Forbindelser som kom inn i omfanget: {entered}. Gikk ut: {left}. Bedre "
    "vurdering: {better}. Dårligere vurdering: {worse}.",
    "changes-unknown": "Ingenting er registrert fra før {since}: hva som er endret siden da, er "
    "ikke kjent.",
    "heat-note": "Krypterte av alle forbindelser i omfang. En forbindelse mellom to foretak telles "
    "i begge rader.",
    "gains-note": "Først de som fullfører en lokasjon, så de største.",
    "waiver-note": "Et unntak står ved siden av et resultat og endrer det aldri: en forbindelse "
    "med unntak er fortsatt ikke kryptert.",
    "deviations-none": "Ingen krav har et resultat som ikke er oppfylt eller ikke er kjent.",
    "deviation-counts": "{failed} ikke oppfylt, {unknown} ikke kjent, {waived} av disse med "
    "unntak, av {total}",
    "no-measure": "ingen tiltak registrert",
    "until-day": "til {day}",
    "moved-times": "{count} ganger: {reason}",
    "site-title-as-built": "Som bygget: {site}",
    "site-title-sat": "Akseptansetest av lokasjon: {site}",
    "as-built-headline": "{devices} enheter og {links} forbindelser, slik de ble sett",
    "sat-headline": "{passed} av {total} punkter er bestått ut fra utskriftene; {failed} ikke "
    "bestått, {unknown} ikke kjent",
    "as-built-fine": "Alle enheter på lokasjonen ble sett.",
    "as-built-incomplete": "Ikke alle enheter på lokasjonen ble sett.",
    "sat-fine": "Alle punkter som utskriftene kan avgjøre, er bestått.",
    "sat-findings": "Noen punkter er ikke bestått.",
    "sat-incomplete": "Ikke alle punkter kunne avgjøres.",
    "as-built-basis": "Lest ut av det enhetene sa, og av oversikten der det står. Det som ikke ble "
    "sett, er merket slik.",
    "sat-basis": "Punktene under 1 til 4 er vurdert ut fra utskriftene i øyeblikksbildet. De under "
    "5 er for folk på stedet: ingenting her beviser dem.",
    "not-seen-here": "ikke sett",
    "manual-power": "Strøm: to tilførsler, UPS og jording som avtalt",
    "manual-room": "Kommunikasjonsrom: adgang, kjøling, rack og føringsveier i orden",
    "manual-labels": "Enheter, porter og kabler er merket som i dette dokumentet",
    "manual-alarm": "Alarmer fra enhetene når fram til driftssentralen",
    "manual-failover": "Hver redundant forbindelse er tatt ned, og trafikken gikk videre",
    "manual-console": "Konsoll og tilgang utenom nettet virker",
    "keys-none": "Det ble ikke sett noen nøkkelkjede for MACsec.",
}

HEADINGS = {
    "where-to-act": "Hvor det bør gjøres noe",
    "address": "[adresse]",
    "date": "Dato",
    "milestones": "Milepæler",
    "milestone": "Milepæl",
    "first-date": "Første dato",
    "date-now": "Dato som gjelder",
    "moved": "Flyttet",
    "reached": "Nådd",
    "colour": "Status",
    "progress": "Framdrift",
    "entered": "Kom inn i omfanget",
    "left": "Gikk ut av omfanget",
    "better": "Bedre vurdering",
    "worse": "Dårligere vurdering",
    "before": "Før",
    "after": "Nå",
    "heat": "Etter foretak og nettlag",
    "by-class": "Etter lokasjonsklasse",
    "site-class": "Lokasjonsklasse",
    "gains": "Forbindelser som ville øke dekningen mest",
    "completes": "Fullfører",
    "deviations": "Avvik og tiltak",
    "deviation": "Avvik",
    "measure": "Tiltak",
    "waivers": "Unntak",
    "waiver": "Unntak",
    "about": "Gjelder",
    "owner": "Eier",
    "ticket": "Sak",
    "approver": "Godkjent av",
    "expires": "Utløper",
    "catalogue-findings": "Feil i selve katalogen",
    "device-findings": "Krav til enheter som ikke er oppfylt",
    "check": "Kontroll",
    "expected": "Forventet",
    "seen": "Sett",
    "point": "Punkt",
    "number": "Nr.",
    "place": "Lokasjonen",
    "devices": "Enheter",
    "hardware": "Maskinvare",
    "cabling": "Kabling",
    "encryption": "Kryptering",
    "keys": "Nøkler",
    "manual": "For hånd",
    "role": "Rolle",
    "platform": "Plattform",
    "model": "Modell",
    "serial": "Serienummer",
    "software": "Programvare",
    "part": "Del",
    "description": "Beskrivelse",
    "interface": "Port",
    "neighbour": "Nabo",
    "neighbour-port": "Porten der",
    "protocol": "Protokoll",
    "key-chain": "Nøkkelkjede",
    "key": "Nøkkel",
    "algorithm": "Algoritme",
    "valid-from": "Gyldig fra",
    "valid-until": "Gyldig til",
    "cipher": "Algoritme for rammer",
    "coordinates": "Koordinater",
    "site-id": "Id",
    "kind": "Type",
    "party": "Part",
    "name": "Navn",
    "supplier": "Leverandør",
    "signature": "Underskrift",
    "signatures": "Underskrifter",
    "identity": "Identitet",
    "date-and-name": "Dato og navn",
}

COLOURS = {"green": "grønn", "yellow": "gul", "red": "rød", "grey": "grå"}

LINK_STATES = {
    "": "fantes ikke",
    "withdrawn": "ikke lenger registrert",
    "out-of-scope": "intet krav gjelder den",
    "planned": "planlagt",
    "decommissioned": "lagt ned",
}

SITE_KINDS = {
    "hospital": "sykehus",
    "data-centre": "datasenter",
    "core": "kjernelokasjon",
    "clinic": "klinikk",
    "backbone": "stamnett",
    "office": "kontor",
}
