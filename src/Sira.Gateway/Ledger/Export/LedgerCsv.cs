using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sira.Gateway.Ledger.Export;

/// <summary>Writes rows as RFC 4180 says: commas, CRLF, texts in quotes.</summary>
internal static class LedgerCsv
{
    public const string Header = "day,tenant,team,user,key,route,target,model,variant,firstDay,lastDay,attempts,answered,failed,cancelled,pending,inputTokens,cachedInputTokens,cacheWriteTokens,outputTokens,reasoningTokens,estimatedTokens,totalTokens,cost,estimatedCost,estimatedAttempts,unpricedAttempts\r\n";

    // What a spreadsheet takes for the beginning of a formula, full-width forms included (OWASP, CSV injection).
    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public static void Write(StringBuilder text, LedgerRow row)
    {
        Append(text, row.Day);
        Append(text, row.Tenant);
        Append(text, row.Team);
        Append(text, row.User);
        Append(text, row.Key);
        Append(text, row.Route);
        Append(text, row.Target);
        Append(text, row.Model);
        Append(text, row.Variant);
        Append(text, row.FirstDay);
        Append(text, row.LastDay);
        text.Append(CultureInfo.InvariantCulture, $"{row.Attempts},{row.Answered},{row.Failed},{row.Cancelled},{row.Pending},");
        text.Append(CultureInfo.InvariantCulture, $"{row.InputTokens},{row.CachedInputTokens},{row.CacheWriteTokens},{row.OutputTokens},{row.ReasoningTokens},{row.EstimatedTokens},{row.TotalTokens},");

        // All twelve decimals that a pico-dollar has, and none that says nothing.
        text.Append(CultureInfo.InvariantCulture, $"{row.Cost:0.############},{row.EstimatedCost:0.############},{row.EstimatedAttempts},{row.UnpricedAttempts}\r\n");
    }

    private static void Append(StringBuilder text, DateOnly? day) => text.Append(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd},");

    // Always in quotes, so that a spreadsheet which splits at another character does not begin a cell in the middle.
    private static void Append(StringBuilder text, string? value)
    {
        if (value is not null)
        {
            text.Append('"');
            if (IsFormula(value))
            {
                text.Append('\'');
            }

            text.Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        text.Append(',');
    }

    private static bool IsFormula(string value)
    {
        var trimmed = value.AsSpan().TrimStart();
        return FormulaStarts.Contains(value[0]) || (!trimmed.IsEmpty && FormulaStarts.Contains(trimmed[0]));
    }
}
