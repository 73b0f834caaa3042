using Sira.Errors;
using Sira.Testing;

namespace Sira.Docs.Tests.Errors;

/// <summary>The table of errors is the one that the code follows.</summary>
public class TaxonomyPageTests
{
    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKind_HasItsActionAndScope(BackendErrorKind kind)
    {
        var row = $"| `{kind}` | {Word(kind.Action())} | {Word(kind.Scope())} |";
        Assert.Contains(row, File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "resilience.md")), StringComparison.Ordinal);
    }

    public static TheoryData<BackendErrorKind> Kinds => [.. Enum.GetValues<BackendErrorKind>()];

    private static string Word(RetryAction action) => action switch
    {
        RetryAction.RetrySame => "retry same",
        RetryAction.RotateKey => "rotate key",
        RetryAction.FallOver => "fall over",
        _ => "surface",
    };

    private static string Word(HealthScope scope) => scope switch
    {
        HealthScope.None => "nothing",
        _ => scope.ToString().ToLowerInvariant(),
    };
}
