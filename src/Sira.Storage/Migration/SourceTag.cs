using System.Globalization;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.Migration;

/// <summary>The tags of the source as callers see them: marked, so that behind the cut-over none of them happens to be one of the target's, and a condition on it is refused as any other that does not hold.</summary>
internal static class SourceTag
{
    private const string Number = "source-n:";
    private const string Text = "source-t:";

    public static ETag Wrap(ETag tag) =>
        tag.IsNone ? tag : new ETag(tag.Number != 0 ? string.Create(CultureInfo.InvariantCulture, $"{Number}{tag.Number}") : Text + tag);

    public static StoreEntry? Wrap(StoreEntry? entry) => entry is { } found ? found with { ETag = Wrap(found.ETag) } : null;

    public static WriteCondition Unwrap(WriteCondition condition) => condition.ETag.IsNone ? condition : WriteCondition.Unchanged(Unwrap(condition.ETag));

    private static ETag Unwrap(ETag tag)
    {
        var text = tag.Number == 0 ? tag.ToString() : string.Empty;
        return text.StartsWith(Number, StringComparison.Ordinal) && long.TryParse(text.AsSpan(Number.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new ETag(number)
            : text.StartsWith(Text, StringComparison.Ordinal) && text.Length > Text.Length ? new ETag(text[Text.Length..])
            : tag;
    }
}
