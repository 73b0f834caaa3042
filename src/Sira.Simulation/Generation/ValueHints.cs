using System.Globalization;

namespace Sira.Simulation.Generation;

/// <summary>Values for arguments, picked from the user's text by the simplest rules that make a demonstration look right: a quoted string, a capitalised word for a place, the numbers in order.</summary>
internal sealed class ValueHints
{
    private static readonly string[] Places = ["city", "location", "place", "country", "region", "town", "destination", "origin"];
    private static readonly string[] WholeTexts = ["query", "question", "prompt", "text", "message", "input", "topic", "search", "task", "content"];
    private readonly string text;
    private readonly Queue<double> numbers = new();

    /// <summary>Initializes a new instance.</summary>
    /// <param name="text">The user's text.</param>
    public ValueHints(string text)
    {
        this.text = text;
        foreach (var token in SimulatedTokenizer.Split(text))
        {
            if (double.TryParse(token.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Enqueue(number);
            }
        }
    }

    /// <summary>Gets hints that know nothing.</summary>
    public static ValueHints None => new("");

    /// <summary>Returns a string for a property.</summary>
    /// <param name="property">The property's name.</param>
    /// <returns>The value, or <see langword="null"/>.</returns>
    public string? FindString(string property)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (Quoted() is { } quoted)
        {
            return quoted;
        }

        if (Array.Exists(Places, place => property.Contains(place, StringComparison.OrdinalIgnoreCase)) || property.EndsWith("name", StringComparison.OrdinalIgnoreCase))
        {
            return CapitalisedWords();
        }

        return Array.Exists(WholeTexts, name => property.Equals(name, StringComparison.OrdinalIgnoreCase)) ? text : null;
    }

    /// <summary>Returns the next number of the text.</summary>
    /// <returns>The number, or <see langword="null"/>.</returns>
    public double? NextNumber() => numbers.TryDequeue(out var number) ? number : null;

    private string? Quoted()
    {
        var open = text.IndexOf('"', StringComparison.Ordinal);
        var close = open < 0 ? -1 : text.IndexOf('"', open + 1);
        return close > open + 1 ? text[(open + 1)..close] : null;
    }

    // The last run of capitalised words that does not begin a sentence: "the weather in New York?" gives "New York".
    private string? CapitalisedWords()
    {
        string? found = null;
        var run = "";
        var sentenceStart = true;
        foreach (var token in SimulatedTokenizer.Split(text))
        {
            var word = token.Trim();
            if (word.Length > 1 && char.IsUpper(word[0]) && !sentenceStart)
            {
                run = run.Length == 0 ? word : run + " " + word;
                found = run;
            }
            else
            {
                run = "";
            }

            sentenceStart = word is "." or "!" or "?";
        }

        return found;
    }
}
