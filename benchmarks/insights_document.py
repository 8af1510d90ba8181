"""The marked parts of docs/ML_INSIGHTS.md, and the same figures in docs/ML_INSIGHTS.pt-BR.md."""

from __future__ import annotations

import re

from benchmarks.measure import ROOT, put

ENGLISH = ROOT / "docs" / "ML_INSIGHTS.md"
PORTUGUESE = ROOT / "docs" / "ML_INSIGHTS.pt-BR.md"

TRANSLATIONS = {
    # films and files
    "lists of November 2025": "listas de novembro de 2025",
    "films": "filmes",
    "of them rated; * is the champion": "deles com nota; * marca o campeão",
    "test films": "filmes de teste",
    "file": "arquivo",
    "split": "divisão",
    "random": "aleatória",
    "newest": "mais novos",
    "seed": "semente",
    "mean of": "média de",
    # what is predicted, and by what
    "predicts": "o que se prevê",
    "popularity": "popularidade",
    "rating": "nota",
    "votes hidden": "votos ocultos",
    "model": "modelo",
    "champion": "campeão",
    "baseline": "referência",
    "baseline, as given": "referência, valor informado",
    "goal": "meta",
    "champion's figures": "medidas do campeão",
    "as shown": "como mostrado",
    # figures
    "popularity MAE": "popularidade, MAE",
    "log MAE": "MAE do logaritmo",
    "newest fifth": "quinto mais novo",
    "newest fifth, log MAE": "quinto mais novo, MAE do logaritmo",
    "newest fifth, MAE": "quinto mais novo, MAE",
    "rating MAE": "nota, MAE",
    "R2, 10+ votes": "R2, 10 votos ou mais",
    "R2, 50+ votes": "R2, 50 votos ou mais",
    "median's MAE": "MAE da mediana",
    "coverage": "cobertura",
    "1,000+ votes": "1.000 votos ou mais",
    # coverage
    "empirical coverage": "cobertura observada",
    "empirical coverage, %": "cobertura observada, %",
    "by third of the prediction": "por terço do valor esperado",
    "lowest third": "terço inferior",
    "middle third": "terço do meio",
    "highest third": "terço superior",
    "under 180 days": "menos de 180 dias",
    "under 180 days (films)": "menos de 180 dias (filmes)",
    "mean width": "largura média",
    "median width": "largura mediana",
    # groups of features
    "votes": "votos",
    "genres": "gêneros",
    "dates and age": "datas e idade",
    "language": "idioma",
    "runtime": "duração",
    "production": "produção",
    "texts": "textos",
    # hits and clusters
    "AUC without votes": "AUC sem votos",
    "calibration error": "erro de calibração",
    "hits found": "acertos",
    "hits missed": "perdidos",
    "false alarms": "alarmes falsos",
    "clusters": "grupos",
    "adjusted Rand index": "índice de Rand ajustado",
    # forecasts
    "data": "dados",
    "days": "dias",
    "forecasts": "previsões",
    "no-change baseline": "referência: sem mudança",
    "forecast": "previsão",
    "gain": "ganho",
    "coverage, new / older films": "cobertura, filmes recentes / antigos na lista",
    "share by model": "feitas pelo modelo",
    "tuned on: Oct, Nov": "usadas na escolha: out., nov.",
    "not tuned on: Dec, Jan": "não usadas na escolha: dez., jan.",
    "chosen before each month: Nov to Jan": "escolha antes de cada mês: nov. a jan.",
    "random walk, 15 d": "passeio aleatório, 15 d",
    "trend that ends on Dec 1, 7 d": "tendência que termina em 1º de dezembro, 7 d",
    "all films": "todos os filmes",
    "stayed on the list": "ficaram na lista",
    "left the list": "saíram da lista",
    "mean of actual - forecast": "média de real - previsão",
}
"""The words of the parts; the names of models and files stay as the program has them."""

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+"
_WORDS = "|".join(re.escape(words) for words in sorted(TRANSLATIONS, key=len, reverse=True))
_TOKEN = re.compile(rf"`[^`]*`|(?<!\w)(?P<words>{_WORDS})(?!\w)|(?P<number>{NUMBER})")


def in_portuguese(text: str) -> str:
    """A part's text with Portuguese words, decimal commas and thousands points."""

    def translated(token: re.Match[str]) -> str:
        if token["words"]:
            return TRANSLATIONS[token["words"]]
        if token["number"]:
            number = token[0] if token[0][0] != "." else f"0{token[0]}"
            return number.translate({ord(","): ".", ord("."): ","})
        return token[0]

    return re.sub(r"(\d) %", r"\1%", _TOKEN.sub(translated, text))


def put_in_both(name: str, made: str) -> None:
    """Replace the part of that name in both documents."""
    put(ENGLISH, name, made)
    put(PORTUGUESE, name, in_portuguese(made))
