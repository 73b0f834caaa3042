using System.Text.Json;
using Microsoft.Extensions.AI;
using Sira.Kernel.Contributions;

namespace Sira.Tools.Loop;

/// <summary>A plugin's function, as the loop holds it: what describes it is copied, calls are counted, and once the plugin is gone the model is told that the function is.</summary>
internal sealed class ContributedFunction : AIFunction
{
    private readonly Contribution<AIFunction> contribution;

    private ContributedFunction(Contribution<AIFunction> contribution, AIFunction function)
    {
        this.contribution = contribution;
        (Name, Description, JsonSchema, ReturnJsonSchema) = (function.Name, function.Description, function.JsonSchema.Clone(), function.ReturnJsonSchema?.Clone());
    }

    public override string Name { get; }

    public override string Description { get; }

    public override JsonElement JsonSchema { get; }

    public override JsonElement? ReturnJsonSchema { get; }

    /// <summary>Gets the tool to use: the host's own as it is, and so one that is only declared.</summary>
    public static AITool? Of(Contribution<AITool> contribution)
    {
        if (contribution.Value is not AIFunction function || contribution.Contributor.IsHost)
        {
            return contribution.Value;
        }

        var contributed = new ContributedFunction(contribution.Contributor.Contribute(function), function);
        return function.GetService<ApprovalRequiredAIFunction>() is null ? contributed : new ApprovalRequiredAIFunction(contributed);
    }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        using var call = contribution.TryEnter(out var entered)
            ? entered
            : throw new InvalidOperationException($"The plugin '{contribution.Contributor.Id}', whose tool '{Name}' is, has been unloaded.");
        try
        {
            return await call.Value.InvokeAsync(arguments, cancellationToken).ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            throw;
        }
    }
}
