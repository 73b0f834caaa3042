using System.Collections.Frozen;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>Words that say little, and words that turn a question round.</summary>
internal static class QuestionWords
{
    /// <summary>Words without which a question is the same. Few on purpose: one too many is a wrong answer, one too few is a miss.</summary>
    private static readonly FrozenSet<string> Fillers = new[]
    {
        "a", "an", "the", "please", "kindly", "thanks", "thank", "hi", "hello", "hey", "just", "um", "uh", "ok", "okay",
    }.ToFrozenSet();

    // The languages that models are asked in most. Matched as whole words; those of Chinese and Japanese are single characters.
    private static readonly FrozenSet<string> Negations = new[]
    {
        "no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without", "except", "non", "cannot", "unless",
        "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie", "niemals", "ohne", "ne", "pas", "jamais", "sans", "aucun", "aucune",
        "nunca", "sin", "ningún", "ninguna", "senza", "mai", "não", "sem", "не", "нет", "без", "никогда",
        "不", "没", "無", "无", "未", "非", "别", "莫", "ない",
    }.ToFrozenSet();

    private static readonly FrozenSet<string> Numerals = new[]
    {
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen", "hundred", "thousand", "million", "billion",
        "first", "second", "third", "last", "half", "twice", "double",
    }.ToFrozenSet();

    // A short form and what it is short for.
    private static readonly FrozenDictionary<string, string> Expansions = new Dictionary<string, string>
    {
        ["what's"] = "what is", ["who's"] = "who is", ["where's"] = "where is", ["when's"] = "when is", ["how's"] = "how is", ["it's"] = "it is", ["that's"] = "that is", ["there's"] = "there is",
        ["i'm"] = "i am", ["you're"] = "you are", ["we're"] = "we are", ["they're"] = "they are",
        ["can't"] = "can not", ["cannot"] = "can not", ["won't"] = "will not", ["shan't"] = "shall not",
    }.ToFrozenDictionary();

    public static bool IsFiller(string word) => Fillers.Contains(word);

    public static bool IsNegation(string word) => Negations.Contains(word);

    public static bool IsNumeral(string word) => Numerals.Contains(word);

    /// <summary>Writes a short form out.</summary>
    public static string Expand(string word) =>
        Expansions.TryGetValue(word, out var expanded) ? expanded
        : word.EndsWith("n't", StringComparison.Ordinal) ? word[..^3] + " not"
        : word;
}
