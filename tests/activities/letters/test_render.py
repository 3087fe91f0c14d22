"""Letters as they come out of the printer: read back from the PDF."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import segno.helpers
import typst
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from activities.letters import Addressee, Letter, Letterhead, picture, render
from domain.debt.letters import LetterContent, Recipient
from tests.activities.letters.ladder import CONTENT, DEBTOR, NUMBER, OTHER

EVERY = pytest.mark.parametrize("name", sorted(CONTENT))
PAYING = pytest.mark.parametrize("name", sorted(name for name, content in CONTENT.items() if content.pays))


def words(letter: Letter) -> str:
    """The text of a letter with single spaces."""
    pages = PdfReader(io.BytesIO(letter.pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def first_page(content: LetterContent, letterhead: Letterhead) -> Image.Image:
    """The letter as a camera sees it."""
    return Image.open(io.BytesIO(picture(content, DEBTOR, letterhead, "K", DEBTOR)[0]))


@EVERY
def test_every_text_of_the_content_is_on_paper(name: str, letters: dict[str, Letter]) -> None:
    content, text = CONTENT[name], words(letters[name])
    said = [content.subject, *content.paragraphs, content.consequences, content.help, content.remedy]
    said += [item.text for item in content.particulars] + [line.label for line in content.amounts]
    assert [words for words in said if words and words not in text] == []


@EVERY
def test_a_letter_fits_on_one_page(name: str, letters: dict[str, Letter]) -> None:
    assert letters[name].pages == 1


def test_the_number_of_pages_is_counted_and_printed(letterhead: Letterhead) -> None:
    long = CONTENT["demand"].model_copy(update={"paragraphs": ("Een lange alinea. " * 40,) * 8})
    letter = render(long, DEBTOR, letterhead, "K")
    assert letter.pages == len(PdfReader(io.BytesIO(letter.pdf)).pages) > 1
    assert f"Pagina 1 van {letter.pages}" in words(letter)


@PAYING
@pytest.mark.norm("VEERE-4.1-a")
def test_a_letter_that_asks_for_payment_shows_account_and_reference(name: str, letters: dict[str, Letter]) -> None:
    text = words(letters[name])
    assert "NL60 BNGH 0285 0802 37 (BIC BNGHNL2G)" in text
    assert f"Betalingskenmerk {NUMBER}" in text
    assert "Contant betalen kan op het stadskantoor (Kanaalweg 3, Middelburg)" in text


@pytest.mark.norm("VEERE-4.1-a")
@pytest.mark.parametrize(("name", "amount"), [("demand", "1619.00"), ("writ", "1797.00"), ("in_terms", "400.00")])
def test_the_qr_code_on_the_page_pays_the_amount(name: str, amount: str, letterhead: Letterhead) -> None:
    (code,) = zxingcpp.read_barcodes(first_page(CONTENT[name], letterhead))
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    transfer = ["BNGHNL2G", "Gemeente Veere", "NL60BNGH0285080237", f"EUR{amount}"]
    assert code.text.split("\n") == ["BCD", "002", "1", "SCT", *transfer, "", "", NUMBER]


@pytest.mark.norm("VEERE-4.1-a")
def test_the_qr_code_says_what_another_maker_of_payment_codes_says(letterhead: Letterhead) -> None:
    other = segno.helpers.make_epc_qr(
        "Gemeente Veere", "NL60BNGH0285080237", CONTENT["demand"].total, NUMBER, bic="BNGHNL2G", encoding=1
    )
    png = io.BytesIO()
    other.save(png, kind="png", scale=4)
    (expected,) = zxingcpp.read_barcodes(Image.open(png))
    (code,) = zxingcpp.read_barcodes(first_page(CONTENT["demand"], letterhead))

    def fields(text: str) -> list[str]:
        return [re.sub(r"^EUR(\d+)$", r"EUR\1.00", field) for field in text.rstrip("\n").split("\n")]

    assert fields(code.text) == fields(expected.text)


@EVERY
def test_a_letter_that_asks_no_payment_has_no_qr_code(name: str, letterhead: Letterhead) -> None:
    codes = zxingcpp.read_barcodes(first_page(CONTENT[name], letterhead))
    assert len(codes) == CONTENT[name].pays


@pytest.mark.norm("VEERE-2.1-a")
def test_an_assessment_notice_states_the_date_on_which_the_money_must_be_there(
    letters: dict[str, Letter],
) -> None:
    assert "€ 1.600,00 uiterlijk op 30 april 2026 op onze rekening staat" in words(letters["assessment_notice"])


@pytest.mark.norm("VEERE-2.2-b")
def test_a_reminder_asks_no_costs_until_its_last_day(letters: dict[str, Letter]) -> None:
    text = words(letters["reminder"])
    assert "uiterlijk op 11 mei 2026 op onze rekening staat. Dan betaalt u geen extra kosten" in text
    assert "Totaal € 1.600,00" in text


@pytest.mark.norm("VEERE-2.3-b", "VEERE-2.3-c")
def test_a_demand_shows_its_costs_last_day_and_legal_basis(letters: dict[str, Letter]) -> None:
    text = words(letters["demand"])
    assert "Kosten aanmaning € 19,00" in text
    assert "Totaal € 1.619,00" in text
    assert "uiterlijk op 26 mei 2026" in text
    assert "artikel 11 Invorderingswet 1990" in text
    assert "binnen 6 weken na de datum van deze brief bezwaar" in text


@pytest.mark.norm("VEERE-2.4-b")
def test_a_writ_orders_to_pay_and_names_debtor_officer_and_open_amount(letters: dict[str, Letter]) -> None:
    text = words(letters["writ"])
    assert "In naam van de Koning" in text
    assert "Ik geef u het bevel om € 1.797,00 te betalen" in text
    assert "Onroerendezaakbelasting 2026, aanslag OZB-2026-0001 € 1.600,00" in text
    assert "Belastingschuldige Mevrouw J. de Vries-Şahin, Markt 12, 4351 AG Veere" in text
    assert "Uitgevaardigd door de invorderingsambtenaar van de gemeente Veere" in text


@pytest.mark.norm("VEERE-2.5-b")
def test_a_notice_of_service_shows_assessment_duty_and_consequences(letters: dict[str, Letter]) -> None:
    text = words(letters["service_notice"])
    assert "met nummer OZB-2026-0001 is nog niet helemaal betaald" in text
    assert "U bent verplicht om te betalen" in text
    assert "Wat gebeurt er als u niet op tijd betaalt?" in text


@pytest.mark.norm("VEERE-2.6-b")
def test_a_claim_on_a_third_party_shows_debtor_reference_amount_and_account(
    letters: dict[str, Letter],
) -> None:
    text = words(letters["third_party_claim"])
    assert "A. Bakker" in text
    assert "Belastingschuldige Mevrouw J. de Vries-Şahin" in text
    assert "€ 1.797,00 aan ons te betalen, en niet aan de belastingschuldige" in text
    assert "NL60 BNGH 0285 0802 37" in text


@pytest.mark.norm("VEERE-2.7-b", "VEERE-2.7-c")
def test_a_renewed_order_tells_both_terms(letters: dict[str, Letter]) -> None:
    text = words(letters["renewed_order"])
    assert "Betaal dan meteen aan de deurwaarder" in text
    assert "Dan hebt u nog 2 dagen om te betalen" in text


@pytest.mark.norm("VEERE-1.6-e", "VEERE-4.13-a")
@pytest.mark.parametrize(
    ("name", "known"),
    [("attachment_order", "geen bekend"), ("renewed_order_to_bailiff", "alleenstaande ouder")],
)
def test_an_order_to_the_bailiff_names_officer_date_debts_and_known_situation(
    name: str, known: str, letters: dict[str, Letter]
) -> None:
    text = words(letters[name])
    assert "Opdracht van invorderingsambtenaar (M-104)" in text
    assert f"Datum van de opdracht {CONTENT[name].dated.day} juni 2026" in text
    assert "Aanslagen OZB-2026-0001 en RIO-2026-0007" in text
    assert re.search(f"Persoonlijke situatie, voor.*{known}", text)
    assert "Orionis Walcheren" in text


@EVERY
def test_a_tariff_that_is_not_confirmed_is_shown(name: str, letters: dict[str, Letter]) -> None:
    warned = "Let op: het tarief is nog niet bevestigd" in words(letters[name])
    assert warned == CONTENT[name].unconfirmed_tariff


@pytest.mark.norm("VEERE-2.1-d")
def test_a_letter_to_a_representative_says_for_whom_he_gets_it(letterhead: Letterhead) -> None:
    content = CONTENT["assessment_notice"].model_copy(update={"recipient": Recipient.REPRESENTATIVE})
    text = words(render(content, OTHER, letterhead, "K", DEBTOR))
    assert "A. Bakker Oostsingel 4 4331 AA Middelburg" in text
    assert "als wettelijk vertegenwoordiger van Mevrouw J. de Vries-Şahin" in text
    assert "Markt 12" not in text


@pytest.mark.parametrize("name", ["third_party_claim", "attachment_order"])
def test_a_letter_about_a_debtor_who_is_not_given_is_refused(name: str, letterhead: Letterhead) -> None:
    with pytest.raises(ValueError, match="names the debtor; give debtor"):
        render(CONTENT[name], OTHER, letterhead, "K")


@EVERY
def test_a_letter_is_tagged_for_people_who_let_it_be_read_aloud(name: str, letters: dict[str, Letter]) -> None:
    reader = PdfReader(io.BytesIO(letters[name].pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "nl-NL"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == f"{CONTENT[name].subject} ({NUMBER})"
    assert reader.metadata.author == "Samenwerking Belastingen Walcheren en Schouwen-Duiveland"


def test_headings_tables_and_the_qr_code_are_tagged(letters: dict[str, Letter]) -> None:
    roles: list[str] = []
    alternatives: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            roles.append(str(node.get("/S", "")))
            alternatives.extend([node["/Alt"].replace("\xa0", " ")] if "/Alt" in node else [])
            if "/K" in node:
                walk(node["/K"])

    walk(PdfReader(io.BytesIO(letters["demand"].pdf)).trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P", "/Figure"} <= set(roles)
    assert alternatives == [
        "QR-code om € 1.619,00 te betalen aan Gemeente Veere, IBAN NL60 BNGH 0285 0802 37, betalingskenmerk " + NUMBER
    ]


@EVERY
def test_all_text_is_in_the_font_that_comes_along(name: str, letters: dict[str, Letter]) -> None:
    page: Any = PdfReader(io.BytesIO(letters[name].pdf)).pages[0]
    fonts = page["/Resources"]["/Font"]
    assert all("Lato" in str(font.get_object()["/BaseFont"]) for font in fonts.values())


def test_what_looks_like_code_of_the_template_is_printed_as_it_is(letterhead: Letterhead) -> None:
    strange = '#panic("x") $a$ [b] *c* _d_ `e` \\ <f> @g // h "i" €{j}'
    person = Addressee(name=strange, lines=(strange, "4351 AG Veere"), salutation=strange)
    content = CONTENT["writ"].model_copy(update={"paragraphs": (strange,), "subject": strange})
    letter = render(content, person, letterhead, strange)
    assert words(letter).count(strange) == 8


def test_the_same_letter_is_the_same_bytes_in_every_thread(letters: dict[str, Letter], letterhead: Letterhead) -> None:
    def again(_: int) -> str:
        return render(CONTENT["demand"], DEBTOR, letterhead, f"{NUMBER}.demand.1", DEBTOR).sha256

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(again, range(8))) == {letters["demand"].sha256}


def test_another_name_is_another_letter(letters: dict[str, Letter], letterhead: Letterhead) -> None:
    other = render(CONTENT["demand"], OTHER, letterhead, f"{NUMBER}.demand.1", DEBTOR)
    assert other.sha256 != letters["demand"].sha256


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Nguyễn Thị Ánh", "Ďurišová-Őry", "Иван Жуков", "Γιώργος"])
def test_a_name_from_elsewhere_in_europe_is_printed(name: str, letterhead: Letterhead) -> None:
    person = Addressee(name=name, lines=("Markt 1", "4351 AG Veere"))
    assert name in words(render(CONTENT["reminder"], person, letterhead, "K"))


def test_a_sign_without_font_is_an_error_that_does_not_tell_the_name(letterhead: Letterhead) -> None:
    with pytest.raises(ValueError, match=r"letter K-1: no font has the sign U\+738B") as error:
        render(CONTENT["reminder"], Addressee(name="王 Jansen"), letterhead, "K-1")
    assert "Jansen" not in str(error.value)
    assert not isinstance(error.value.__cause__, typst.TypstError)
