namespace Sira.Gateway.Ledger;

/// <summary>What a day of the ledger still tells apart.</summary>
internal enum LedgerDetail
{
    Everything,

    /// <summary>All but team, user and key.</summary>
    NoCallers,

    Nothing,
}
