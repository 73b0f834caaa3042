namespace Sira.Gateway.Ledger;

/// <summary>How rows are exported. Both are UTF-8 without a byte order mark, with the same members in the same order, whatever the query groups by.</summary>
public enum LedgerFormat
{
    /// <summary>RFC 4180 with a header line. Texts that a spreadsheet would take for a formula begin with an apostrophe.</summary>
    Csv,

    /// <summary>One JSON object per line.</summary>
    JsonLines,
}
