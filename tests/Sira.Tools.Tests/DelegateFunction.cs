using Microsoft.Extensions.AI;

namespace Sira.Tools.Tests;

/// <summary>A function that hands its raw arguments and token to the test.</summary>
internal class DelegateFunction(string name, Func<AIFunctionArguments, CancellationToken, ValueTask<object?>> invoke) : AIFunction
{
    public override string Name => name;

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => invoke(arguments, cancellationToken);
}
