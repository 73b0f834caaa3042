using System.Text;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>What a question is about, as far as words tell: vectors of "in 2023" and "in 2024", or of "with" and "without", are nearly the same, and the answers are not.</summary>
internal sealed class Question : IQuestionVisitor
{
    private readonly StringBuilder numbers = new();
    private readonly StringBuilder signs = new();
    private readonly List<string> negations = [];
    private readonly List<string> names = [];
    private readonly HashSet<string> all = [];

    public Question(string text)
    {
        QuestionTokens.Read(text, this);
        negations.Sort(StringComparer.Ordinal);
        (Numbers, Signs, Negations) = (numbers.ToString(), signs.ToString(), string.Join(' ', negations));
    }

    /// <summary>Gets the words, numbers and signs that carry the question, in their order.</summary>
    public List<string> Content { get; } = [];

    /// <summary>Gets the words that carry little.</summary>
    public List<string> Fillers { get; } = [];

    private string Numbers { get; }

    private string Signs { get; }

    private string Negations { get; }

    /// <summary>Tells whether the answer to one question may be given to the other, if their vectors are similar.</summary>
    /// <param name="other">The other question.</param>
    /// <param name="isLexical">Whether the vectors know words only, and not what they mean; then only words that carry little may differ.</param>
    public bool MayShareAnswerWith(Question other, bool isLexical) =>
        Numbers == other.Numbers
        && Negations == other.Negations
        && Signs == other.Signs
        && (isLexical
            ? Content.SequenceEqual(other.Content, StringComparer.Ordinal)
            : names.TrueForAll(other.all.Contains) && other.names.TrueForAll(all.Contains));

    void IQuestionVisitor.Word(string word, bool isName)
    {
        // Whose it is does not change who it is.
        var bare = word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word;
        all.Add(bare);
        if (isName)
        {
            names.Add(bare);
        }

        foreach (var part in QuestionWords.Expand(word).Split(' '))
        {
            (QuestionWords.IsFiller(part) ? Fillers : Content).Add(part);
            if (QuestionWords.IsNegation(part))
            {
                negations.Add(part);
            }
            else if (QuestionWords.IsNumeral(part) || part.AsSpan().ContainsAnyInRange('0', '9'))
            {
                numbers.Append(part).Append(' ');
            }
        }
    }

    void IQuestionVisitor.Number(string number)
    {
        Content.Add(number);
        numbers.Append(number).Append(' ');
    }

    void IQuestionVisitor.Sign(char sign)
    {
        Content.Add(sign.ToString());
        if ("+*/=<>%^$€£¥!".Contains(sign, StringComparison.Ordinal))
        {
            signs.Append(sign);
        }
    }
}
