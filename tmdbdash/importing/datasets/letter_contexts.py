"""How often letters with diacritics have which neighbours, in families of languages.

Counted in the 40,000 most frequent words of each language (wordfreq 3.1) by
`benchmarks/letters.py`; "ß", which those lists write as "ss", by hand. Letters that no encoding of
a family has are left out. A row is a family, a letter,
its share among the family's letters with diacritics, and the shares of its neighbours before and
after it in the order of `NEIGHBOURS`. Every figure is twice the negative natural logarithm of a
share, as one digit of base 36.
"""

from __future__ import annotations

import functools

NEIGHBOURS = "^abcdefghijklmnopqrstuvwxyz*"
"""No letter, a letter of ASCII, and any other letter."""
UNSEEN = 14
"""The cost of a neighbour that was never seen beside a letter."""


def neighbour(letter: str) -> str:
    """The entry of `NEIGHBOURS` that a letter, in lower case, counts as; "" is no letter."""
    if letter > "\x7f" and letter.isalpha():
        return "*"
    return letter if letter and letter in NEIGHBOURS[1:-1] else "^"


@functools.cache
def contexts() -> dict[str, dict[str, tuple[int, dict[str, int], dict[str, int]]]]:
    """By family and letter: the cost of the letter, and of its neighbours before and after it."""
    families: dict[str, dict[str, tuple[int, dict[str, int], dict[str, int]]]] = {}
    for row in _ROWS.splitlines():
        family, letter, share, before, after = row.split(" ")
        families.setdefault(family, {})[letter] = (
            int(share, 36),
            dict(zip(NEIGHBOURS, (int(cost, 36) for cost in before), strict=True)),
            dict(zip(NEIGHBOURS, (int(cost, 36) for cost in after), strict=True)),
        )
    return families


_ROWS = """\
western ß c e4eee5eee4eeeee4eeeee5eeeee3 299ee29997e9798eee996ee9ee9e
western à 5 8ea89daab8ae778d9e292aaecccc 0eb9ce9adcee997eac777baecede
western á 6 5d877c997779655b8e37588bcc99 4b88ab77a9c9584e9c45596eadb7
western â b 4e658a8659be466e6e4b498eeea9 6eb5eee9eeee841babec3eeeeeee
western ã 8 bcb979a887be87a99e556c9eaeb1 6eeee9eeeeeeeee0eee9eeeeeede
western ä 4 7e9e9a796866566c7e554d58eab5 4dc78b9767a7564cad56587eb8d5
western å 6 4e7e89955ca7557d5e465e6edcea 5d7e5696adc64a4d7e365e8eeeea
western æ 6 6d7c8b686c66465e8e455c4eeeeb 9e8c6a85ccb6574cae255d7eeee7
western ç 7 b2e8e6eea5ee8e378e6ce7eeeeeb 72eeeaeeeeeeece4eeeee8eeeee1
western è 8 5c766e7654ed66696e57588abcb9 3ea68ea8e9ee763e9a355b7eaeda
western é 4 5b875c7767ba666b7e46477bbba9 39967587caac67697a545a8eced9
western ê a 9e765e8496ec676b6e49456eeea9 4ca7eaeeebee862ebbc6398e9eee
western ë 7 e6eee3eee1eeeee6eeeeedeeeeee 3eeeb7bee7ee4e3eee4e7e9e8ebe
western ì b 8e764ee8eeee586e5e45647eeeee 0eeeeeeeeeeeeeee8eee8eeeeeee
western í 6 678668779dca476a8e36566ebdcb 53866877cdd786589a746a7eceb8
western î e 717e7ee8eeeeeea5aeeee8eeeeee eee6eeeeeeee763eeeee1eeeeeee
western ï 8 e3eee2eee9eeeee5eeeee3eeeeee 897856deeeee762dea744e9ddeee
western ð 7 e3eee787e3eeeee8ee4ee5eee9e3 348ecb89939a7a8dee76b38eeeec
western ñ a 92eee2eee4eeeee6eeeee5eeeee7 b1eee5eee6eeeee2eeeeeaeeeee7
western ò 7 9da67998b5ee565e7e274a7ebe9c 1e999e96eeee776e9c678ebeaeee
western ó 5 7b877898a269677d8e575b9eba88 2ca9ab97cad9673e8c667caebee7
western ô c 7b847b6b7bbe655e5e385e6ebe8e 5eebbebeeeee532aab863eeeeeee
western õ b eeea99c986ce99ce7e748ece9ec1 eeeee0eeeeeeeeeeeeeeeeeeeeee
western ö 5 5e8e8c47586556779e565e89e6aa 7bb97c767986675d7e256d7cc9d8
western ø 5 5e7d6c486957476d9e455d9eeeed 8d7e5987cc76665d7e357e6ee5ed
western ù c ee4e7e77e3ee5e7aee733eeeeeee 0eeeeeeeeeeeeeeeeeeeeeeeeeee
western ú 9 475779886868664d6e565ddeaabb 57677a99c9b7564b6d545b9edeb7
western û f ee5e676eeeee75e27735eeeeeeee 6ee5eeeeeeee379eee3e2eeeeeee
western ü 7 4b6e88466c96667d98476be7ee7e be4478964add684e8e456edeeee9
western ý c 7e7e5ebc9ee5374ebe546eeeeee5 8cae9caaea67674e8e335caeece5
western þ b 18eebdaaebed688ebe97a8eeebe6 97eee5eee53eeee5ee3ee67ee6e3
western œ h 2e65ee7e6eeee74eeee6ee6eeeee eee76eeee7eeeeeeeee770eeeeee
western š h 0eeeeeeeeeeeeeeeeeee5eeeeeee eeeee5eeeee0eeeeeeeeeeeeeeee
western ƒ i 0eeeeeeeeeeeeeeeeeeeeeeeeeee 0eeeeeeeeeeeeeeeeeeeeeeeeeee
central á 5 8e8c6ab87876564d8e565a5ee959 5d766ed79c86465e9e555c6eee76
central â 9 de748c76aece747e6e474a5eee69 ceeeaeeee7ee751ece5a79eeeec7
central ä e ee9eeeeeeeeee3ee3ebeee1eeeee beee8eeeebe8ee9eeee62eeeee33
central ç k eeeeeeeeeeeeee0eeeeeeeeeeeee e5eeeeeeeeeeeee0eeeeeeeeeeee
central é 6 6da97d879a94563d9e654e5ee96b 3e8b8ec65db6665e7e546e8eee8a
central ë k eeeeeeeeeeeeeee0eeeeeeeeeeee eeeeeeeeeeeeee0eeeeeeeeeeeee
central í 6 9e867cda9969673e7e775e6eda64 2da58eeb8e96856e9e674e6eee76
central î 9 0edae8cbdeeed9debe9b9ebeeeee aeeeeeeeeaeeb40edeacaceeeeeb
central ó 7 8d787ba69685567d6e484db7e967 4b686da7b977596e9e577ea3ee85
central ô d 7eaa3eee7ee6859e2e5a9e6eeeee be865eeeae675bbebe637e4eee64
central õ m 1eeeeeeeeeeeee3eeee3eeeeeeee 2eeeeeeee3e3eeeeeeee3eeeeeee
central ö 9 4c8d6d789e72696ebe674e9ee85e ce8b7de8bec5484ece454d5eee4e
central ú 8 3b898ab98a45784d9e655d8ee888 3c857ea99d77699d6e655e8eee74
central ü a 4c8d8b689a64787e6e464e8ee74c cecd9dc5aee42a4eee686e8eee6e
central ý 7 ee8e9eee8ee4782eae7b6e3eeeae 2e83aeee9eb8949e9e888c7eee87
central ă 5 de747d97cece566e6e463b7ede67 1ea88de9e9be778e9e4759aeee96
central ą 7 dea77ddac426794ebe787ee7ee46 1eb35ee7eeebeeee9ee97eedee76
central ć 7 83eee4eee3ebecd69ebee5eee7e4 14ddc4dee4ecec79eeede6ebeeee
central č 4 449eb5eec3acbc74ce8dd59eebd5 74bde3eee3958c38ee9ca6beeee8
central ď e 33eee4eee97eeea5ee9ea56eeea4 32eeeeeeeeebe7e5eeee55eeeee7
central đ 9 62eee4ebe6eeee73ee6ee5eeeeea a3eee1eee5eeebe7eeebe4eeeeee
central ę 8 de787dc99345776e8e6a5ee7ee57 2e755ee7eee69eee6ee75eecee85
central ě 9 ee6e4edeeeeee42e6eee4e3eeeee 3ed96eee8e57484ebe775e8eee85
central ĺ g ee8e2eee5ee5eeee4ee84e8eeeee ee4eeeeeeee8ee8e4eeeeeeeee81
central ľ b 558e92ad5bd8eee4aee8b7deeea5 538edeeddee5e844eeb6a47eeee6
central ł 6 729b77e6a4e6e9e67ea598e8e676 43a9c5dceee8eb83bedb96ece5d6
central ń b e2eee2eee5eecee3eecee8eee7eb 2ec3eeeeeeeaeceeeee2eeeeeeee
central ň c 949b63ee97985ae68e89687ee783 33eceeee9ee7e9e3eee673eeeee8
central ő 9 7e6e5e689dd84c6e9e473e7ee74e 397c689aa875497bae556d7eee69
central ŕ h ee7eeeee3ee4e2ee7ee77e4eee77 ee7e7eeeeeeee46eeee62eeeee73
central ř 9 679e87dd8ae8eae52eee498ee994 78bdd2eed3eadca9eee8caceeee3
central ś 9 36eec4eec57cebe2deaee7ebe5e8 5eb2deeeeeee456e8e6eeee4eee4
central ş 8 44bae3eee4eeae75ce7ee5eeeee5 65d6c5eee3edc986deee26eeeee8
central š 4 44aeb4edc35acb948e6ec58eeaa7 65ece4eee4b47b578edd48aeeee4
central ţ 7 73a5e5eee4ee8a378e7ae6eeeee5 85ede5eee1edeeeeeeeee7eeeee5
central ť 9 72dae6eed3ceeeebdeb3e8eee9a4 14edbedeedebece6decdbaeeeeea
central ů a ee965eba6e84566e5e485e7edd77 1ea98eeebe7975aeee85ae7eee77
central ű c 8e6e8e777e99927ece474e8ee47e 3a7ce79b8e656c5eee657e4eee6c
central ź d 64ee24eee7eeeee6eeeee7eee7e4 4e655aeeeeee662eee7eeee5eee7
central ż 9 43ee74eed6bcbc94ee9ee5eee6e4 649984eeebe77c45eee6e8eee3e6
central ž 5 44ce74eee6dd9b93ee5de4ceebd6 747d93eae3789b48eeaac6ceeee7
turkish â c 4eee99e64ee2387eeeee89eee8ee 5e7e8e8e6ee7354eee5e7eeee487
turkish ç 5 24eee5ce85e77d7aae6c76eeedd6 63bec3ecd4eb56e6eebb78eeede3
turkish é l eeeeeeeeeeeeeeeeeee0eeeeeeee 0eeeeeeeeeeeeeeeeeeeeeeeeeee
turkish î f ee4e4eee56ee546eee46ee6eee5e 0eeeeeeeeeeeeeeeeee6eeeeeeee
turkish ö 5 3d6d5eb2edd5ccaeee957eeee6d7 beab7eaedee7494e8e367e9ee545
turkish û i ee3eeeeeeee2eeeeeee2eeeeeeee 3eeeeeeeeeee32eeee3eeeeeeeee
turkish ü 4 6d784eb58ed6555ebe565ebee675 5ea89caebed6554e9e478e9ee655
turkish ğ 5 d3eee4eee3eeeee5eeeee5eeeee3 96dc96dde2ee59ccee5ce5eeeea2
turkish ı 2 8e985eaabec6564e9e455ecee684 3ec99ebedee6553e9e589dcee665
turkish ş 4 43eee5dec3ebdbb8de7ed5ceece3 44bdd5bbc5e755dbeeba47beebd4
baltic á l 0eeeeeeeeeeeeeeeeeeeeeeeeeee 0eeeeeeeeeeeeeeeeeeeeeeeeeee
baltic é k eeeeee3eeee3eeeeee2eeeeeeeee 1eeeeeeeeeeee3eeeeeeeeeeeeee
baltic ó l 0eeeeeeeeeeeeeeeeeeeeeeeeeee 0eeeeeeeeeeeeeeeeeeeeeeeeeee
baltic ü k eeeeee0eeeeeeeeeeeeeeeeeeeee eeeeeeeeeeeeeeeeee0eeeeeeeee
baltic ā 3 9d797ad6b955654e6e574a7eee97 4ba66dbbeb55657e8e545c7eee97
baltic ą 6 ae8d6ec6d645635e8e554e8eeeb8 0eeedeeeee6ca9beeeb7eeaeeee8
baltic č 7 45eee4ebe4ea9b47ae76e6cee7e4 a7eea5eec0ebedeaceebd7eeebe8
baltic ē 5 8b865caccc9c456e5e565c4eee66 5ec86ee8ee37557e9e463e9eeea5
baltic ė 4 bb5d5ec7ea95463e8e575c6eeea7 3edd7ee7ee37668eae935eaeeec8
baltic ę 8 ce6e6ee7ee55563e9e594e5eee97 1eeeeeeeeeeeeeeeeee2eeeeeeea
baltic ģ a 45eee4eee5eecee49e6ee7eeeee3 a8eee3eee1eeeccaeeeee8eeeee4
baltic ī 5 8c854dcecebd565c8e463c7eee47 8e476ee4ee57876e9e864e5eee96
baltic į 7 2ebe88eaed775a4eae685eaeeee7 2cde7ce7ee97b8ce7e646e5eeee6
baltic ķ 9 36eee6eee5eecee7ee6ee9eeeeb1 b6eee4eee2eeeee8eeeca6eeeee3
baltic ļ 8 648ee3e7e5e3ede88ece75deeee4 73dbb8aab4b9acc5deabd39eeee3
baltic ņ 8 74eeb4eee2e9eee68e7e87eeee65 a3ae94eee4ebede5becce3ceeee3
baltic ō l 0eeeeeeeeeeeeeeeeeeeeeeeeeee 0eeeeeeeeeeeeeeeeeeeeeeeeeee
baltic š 4 45dee5e9e3d5a9b59e6ea6eee9b5 83bea7e9e4c488969e87566ee8d5
baltic ū 6 7d497ed6e565569e7e464e9eeea6 9eb95ee7eda5785d6e344e7eee76
baltic ų 5 de9e7ec7d256756eae784e8eeec9 0eeeeeeeee7eeeeeeeeaeeeeeeee
baltic ž 5 33dd45eae7eea997be7eb4eee9e5 94bd75cbe2d8a895aea7757ee6e5
vietnamese â 5 7e666ee537ee667eee67646e8ee6 0eeeeeeeeeeee65ebeeeb7eee6ee
vietnamese ê 5 9e7e8eee51e7787eee79868e94e7 1eeceeeeeeeee74eeeccc6eeeeee
vietnamese ô 5 6e667ee639eb667ece58638e7ee6 1eeceeeee6eea84eeeeeaeeeceee
vietnamese ă 6 7e667ee538ee5767ee56677e8ee5 1eeeeeeeeee9e54eeeeeeeeeeeee
vietnamese đ 6 0eeeeeee9eeeeeaeebeeeeaeeeee 84aae6eeb4eeeba5eaeea5beeee2
vietnamese ơ 6 7e779ee648ee678ebe67787e9ee2 0eeaeeeee6eee85ebeeeebeeeeee
vietnamese ư 6 6e656ee539ee567eee566e6e7ee6 17ebeeeeeeeeee7eeeeeb7eeeee2
vietnamese ̀ 4 e3eee6eee5eeeee5eeeee5eee9e2 36eeeaeec5eee526eeeee6cee6ee
vietnamese ́ 3 e3eee5eee5eeeee5eeeee5eee9e2 48e4ebeee5ece5375eed47eee7ee
vietnamese ̃ 6 e3eee6eee5eeeea6eeeee5eee8e2 26eeeeeee4eee537eeeee6eee6ee
vietnamese ̉ 5 e3eee6eee5eeeee5eeeee5eee8e2 26eeeceee4eee536eeeee6eee6ee
vietnamese ̣ 4 e3eee6eee5eeeee5eeeee5eee9e1 48e4eceee6eee6375eee47eee7ec
"""
