using Sira.Kernel.Configuration;

namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>Makes the text of an exception fit to be kept: bounded, and without what may be a secret.</summary>
internal static class DeadLetterText
{
    private const int Longest = 1024;

    public static string Clean(string text)
    {
        var bounded = text.Length > Longest ? text[..Longest] : text;
        var words = bounded.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            // A scheme such as "Bearer" says that the secret is the next word.
            if (SecretText.IsLikely(words[i].Trim('\'', '"', '.', ',', ';', ':', '(', ')')) || (i > 0 && words[i].Length > 0 && SecretText.IsLikely($"{words[i - 1]} {words[i]}")))
            {
                words[i] = "…";
            }
        }

        return string.Join(' ', words);
    }
}
