using System.Security.Cryptography;
using System.Text;
using Sira.Requests;

namespace Sira.Gateway.Budgets;

/// <summary>Makes the key of a budget's pool of what a request says of itself.</summary>
internal static class BudgetKey
{
    /// <summary>What requests count under that do not say whose they are.</summary>
    public const string None = "(none)";

    // A name is kept for as long as its budget, and callers can make up any: none may take more memory than this.
    private const int MaximumLength = 128;
    private const int KeptLength = 48;

    public static string Of(string? value) => string.IsNullOrWhiteSpace(value) ? None : value.Length <= MaximumLength ? value : Shorten(value);

    /// <summary>Returns what a request says of itself in one respect, if it does.</summary>
    /// <param name="scope">The respect.</param>
    /// <param name="request">The request.</param>
    /// <param name="tag">The tag's name, where it is by tag.</param>
    public static string? ValueOf(BudgetScope scope, RequestContext request, string? tag) => scope switch
    {
        BudgetScope.All => null,
        BudgetScope.Tenant => request.Tenant,
        BudgetScope.Team => request.Team,
        BudgetScope.User => request.User,
        BudgetScope.Key => request.Key,
        _ => request.Tags is { } tags && tags.TryGetValue(tag!, out var value) ? value : null,
    };

    // Told apart by a hash that nobody finds a second name for, which would spend a stranger's budget.
    private static string Shorten(string value) => $"{value[..KeptLength]}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";
}
