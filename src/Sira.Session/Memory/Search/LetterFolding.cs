namespace Sira.Session.Memory.Search;

/// <summary>Makes letters alike that people write for each other: case, accents and other marks, wide forms.</summary>
/// <remarks>
/// A table of its own, since the runtime does not normalise text where globalisation is invariant, and an index that one host wrote is read by another.
/// The table holds the lower-case letters of Latin, Greek, Cyrillic and Arabic whose canonical decomposition (Unicode 15.0) begins with another letter, and Latin letters without one by the letter they look like.
/// </remarks>
internal static class LetterFolding
{
    private const string From = "àáâãäåçèéêëìíîïðñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĸĺļľłńņňŋōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟ"
        + "ǡǣǧǩǫǭǯǰǵǹǻǽǿȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳʹΐάέήίΰςϊϋόύώϓϔйѐёѓїќѝўѷӂӑӓӗӛӝӟӣӥӧӫӭӯӱӳӵӹآأؤإئۀۂۓḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟ"
        + "ḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙẛạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủ"
        + "ứừửữựỳỵỷỹἀἁἂἃἄἅἆἇἐἑἒἓἔἕἠἡἢἣἤἥἦἧἰἱἲἳἴἵἶἷὀὁὂὃὄὅὐὑὒὓὔὕὖὗὠὡὢὣὤὥὦὧὰάὲέὴήὶίὸόὺύὼώᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾰ"
        + "ᾱᾲᾳᾴᾶᾷιῂῃῄῆῇῐῑῒΐῖῗῠῡῢΰῤῥῦῧῲῳῴῶῷ";

    private const string To = "aaaaaaceeeeiiiidnoooooouuuuyyaaaccccddeeeeegggghhiiiiijkkllllnnnnooorrrsssstttuuuuuuwyzzzouaiouuuuua"
        + "aagkooʒjgnaaoaaeeiioorruusthaeooooyʹιαεηιυσιυουωϒϒиеегікиуѵжааеәжзииоөэууучыااوايەہےabbbcdddddeeeeef"
        + "ghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyſaaaaaaaaaaaaeeeeeeeeiioooooooooooouu"
        + "uuuuuyyyyααααααααεεεεεεηηηηηηηηιιιιιιιιοοοοοουυυυυυυυωωωωωωωωααεεηηιιοουυωωααααααααηηηηηηηηωωωωωωωωα"
        + "ααααααιηηηηηιιιιιιυυυυρρυυωωωωω";

    private const int TableLength = 0x2000;

    private static readonly char[] Table = Create();

    /// <summary>Returns the letter that stands for a character.</summary>
    public static char Fold(char character)
    {
        var lower = character is >= '\uFF01' and <= '\uFF5E' ? char.ToLowerInvariant((char)(character - 0xFEE0)) : char.ToLowerInvariant(character);
        return lower < TableLength ? Table[lower] : lower;
    }

    /// <summary>Tells whether a character only marks the letter before it. Vowel signs, as Indic and Thai text has them, are no such marks: without them words are others.</summary>
    public static bool IsMark(char character) => character is
        (>= '\u0300' and <= '\u036F') or (>= '\u0591' and <= '\u05C7') or (>= '\u064B' and <= '\u065F') or '\u0670' or '\u0640'
        or (>= '\u1AB0' and <= '\u1AFF') or (>= '\u1DC0' and <= '\u1DFF') or (>= '\u20D0' and <= '\u20FF') or (>= '\uFE20' and <= '\uFE2F');

    private static char[] Create()
    {
        var table = new char[TableLength];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = (char)i;
        }

        for (var i = 0; i < From.Length; i++)
        {
            table[From[i]] = To[i];
        }

        return table;
    }
}
