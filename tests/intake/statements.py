"""Builds CAMT.053 files as Dutch banks send them, in every version from 02 on."""

from dataclasses import dataclass, field
from pathlib import Path

OURS = "NL60BNGH0285080237"
PAYER = "NL69TEST0000000001"
STRANGER = "NL85TEST0000000004"
DEBTS = {"OZB-2026-0001", "OZB-2026-0002", "RIO-2026-0001", "202600001234"}
DEBTORS = {PAYER: "D1"}
VERSIONS = [f"{number:02d}" for number in range(2, 15)]


BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1.00</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-11</Dt></Dt></Bal>"
)


@dataclass
class Part:
    """One payment of an entry."""

    amount: str | None = None
    text: str = ""
    reference: str = ""
    end_to_end: str = "NOTPROVIDED"
    mandate: str = ""
    name: str = "Anna de Wit"
    iban: str = PAYER
    direction: str = ""
    return_reason: str = ""
    accepted: str = ""
    currency: str = "EUR"
    extra: str = ""
    bank_says: str = ""

    def xml(self, version: str) -> str:
        amount = ""
        if self.amount is not None and version == "02":
            amount = f'<AmtDtls><TxAmt><Amt Ccy="{self.currency}">{self.amount}</Amt></TxAmt></AmtDtls>'
        elif self.amount is not None:
            amount = f'<Amt Ccy="{self.currency}">{self.amount}</Amt>'
            amount += f"<CdtDbtInd>{self.direction}</CdtDbtInd>" if self.direction else ""
        person = f"<Nm>{self.name}</Nm>"
        person = f"<Pty>{person}</Pty>" if version >= "07" else person
        mandate = f"<MndtId>{self.mandate}</MndtId>" if self.mandate else ""
        text = f"<Ustrd>{self.text}</Ustrd>" if self.text else ""
        strd = f"<Strd><CdtrRefInf><Ref>{self.reference}</Ref></CdtrRefInf></Strd>" if self.reference else ""
        accepted = f"<RltdDts><AccptncDtTm>{self.accepted}</AccptncDtTm></RltdDts>" if self.accepted else ""
        reason = f"<RtrInf><Rsn><Cd>{self.return_reason}</Cd></Rsn></RtrInf>" if self.return_reason else ""
        said = f"<AddtlTxInf>{self.bank_says}</AddtlTxInf>" if self.bank_says else ""
        remittance = f"<RmtInf>{text}{strd}</RmtInf>" if text or strd else ""
        return (
            f"<TxDtls><Refs><EndToEndId>{self.end_to_end}</EndToEndId>{mandate}</Refs>{amount}{self.extra}"
            f"<RltdPties><Dbtr>{person}</Dbtr><DbtrAcct><Id><IBAN>{self.iban}</IBAN></Id></DbtrAcct></RltdPties>"
            f"{remittance}{accepted}{reason}{said}</TxDtls>"
        )


@dataclass
class Entry:
    """One booking. By default a payment of 100.00 with value date 2026-05-08, booked on 2026-05-11."""

    parts: list[Part] = field(default_factory=lambda: [Part()])
    amount: str = "100.00"
    direction: str = "CRDT"
    status: str = "BOOK"
    value_date: str | None = "2026-05-08"
    booked_on: str = "2026-05-11"
    servicer_reference: str = "REF1"
    entry_reference: str = "1"
    family: str = "RCDT"
    currency: str = "EUR"
    reversal: bool = False
    batch: int = 0

    def xml(self, version: str) -> str:
        status = self.status if version < "07" else f"<Cd>{self.status}</Cd>"
        value = f"<ValDt><Dt>{self.value_date}</Dt></ValDt>" if self.value_date else ""
        reference = f"<AcctSvcrRef>{self.servicer_reference}</AcctSvcrRef>" if self.servicer_reference else ""
        batch = f"<Btch><NbOfTxs>{self.batch}</NbOfTxs></Btch>" if self.batch else ""
        parts = "".join(part.xml(version) for part in self.parts)
        return (
            f'<Ntry><NtryRef>{self.entry_reference}</NtryRef><Amt Ccy="{self.currency}">{self.amount}</Amt>'
            f"<CdtDbtInd>{self.direction}</CdtDbtInd>{'<RvslInd>true</RvslInd>' if self.reversal else ''}"
            f"<Sts>{status}</Sts><BookgDt><Dt>{self.booked_on}</Dt></BookgDt>{value}{reference}"
            f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{self.family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
            f"</BkTxCd><NtryDtls>{batch}{parts}</NtryDtls></Ntry>"
        )


def statement(*entries: Entry, version: str = "08", account: str = OURS, name: str = "S1") -> str:
    """A file with one statement."""
    body = "\n".join(entry.xml(version) for entry in entries)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-05-12T06:00:00</CreDtTm></GrpHdr>
<Stmt><Id>{name}</Id><CreDtTm>2026-05-12T06:00:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{BALANCE}
{body}
</Stmt></BkToCstmrStmt></Document>
"""


def written(folder: Path, text: str | bytes, name: str = "bank.xml") -> Path:
    """The text as a file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
