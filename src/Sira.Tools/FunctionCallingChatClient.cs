using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Kernel.Diagnostics;
using Sira.Tools.Approvals;
using Sira.Tools.Loop;

namespace Sira.Tools;

/// <summary>Runs the functions that a model calls and answers it with their results, until it has no more calls.</summary>
/// <remarks>
/// <para>
/// Functions come from <see cref="ChatOptions.Tools"/> and <see cref="ToolLoopOptions.Tools"/>. Calls that were run are marked <see cref="FunctionCallContent.InformationalOnly"/>
/// and their results stand in the same response, so that an outer loop does not run them again. Calls of functions that are only declared are left to the caller.
/// When a call needs approval (<see cref="ApprovalRequiredAIFunction"/>), the response holds <see cref="ToolApprovalRequestContent"/>s instead of the calls of that round;
/// send it back with the <see cref="ToolApprovalResponseContent"/>s to go on.
/// </para>
/// <para>
/// All model calls of a request share one <see cref="Sira.Requests.RequestContext"/> and so one budget. Thread-safe if the tools are: calls of one round run at the same time unless <see cref="ToolLoopOptions.MaxConcurrency"/> is 1.
/// </para>
/// </remarks>
public sealed class FunctionCallingChatClient : DelegatingChatClient
{
    internal const string StageName = "tools";

    private readonly ToolLoopSettings settings;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="innerClient">The client that is asked in each round.</param>
    /// <param name="options">Limits and tools; <see langword="null"/> for the defaults.</param>
    /// <param name="services">What tools may resolve from <see cref="AIFunctionArguments.Services"/>, and where the clock and the log come from; may be <see langword="null"/>.</param>
    /// <exception cref="Sira.Kernel.Configuration.SiraConfigurationException">An option is out of range.</exception>
    public FunctionCallingChatClient(IChatClient innerClient, ToolLoopOptions? options = null, IServiceProvider? services = null)
        : base(innerClient)
    {
        options ??= new ToolLoopOptions();
        ToolLoopOptionsValidator.Check(options).ThrowIfAny();
        settings = new ToolLoopSettings(options, services);
    }

    /// <inheritdoc />
    /// <exception cref="ToolLoopException">A limit of the loop was reached.</exception>
    /// <exception cref="Sira.Errors.RequestFailedException">The time in the request's budget was used up.</exception>
    /// <exception cref="InvalidOperationException">The messages hold an approval request without its response.</exception>
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = Materialise(messages);
        return IsIdle(list, options) ? base.GetResponseAsync(list, options, cancellationToken) : LoopAsync(list, options, cancellationToken);
    }

    /// <inheritdoc />
    /// <exception cref="ToolLoopException">A limit of the loop was reached.</exception>
    /// <exception cref="Sira.Errors.RequestFailedException">The time in the request's budget was used up.</exception>
    /// <exception cref="InvalidOperationException">The messages hold an approval request without its response.</exception>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = Materialise(messages);
        return IsIdle(list, options) ? base.GetStreamingResponseAsync(list, options, cancellationToken) : StreamAsync(list, options, cancellationToken);
    }

    /// <inheritdoc />
    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ActivitySource) ? SiraDiagnostics.ActivitySource : base.GetService(serviceType, serviceKey);
    }

    // A sequence may be lazy and good for one reading only.
    private static IReadOnlyList<ChatMessage> Materialise(IEnumerable<ChatMessage> messages) => messages as IReadOnlyList<ChatMessage> ?? [.. messages];

    private bool IsIdle(IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        settings.Tools.Length == 0 && options?.Tools is not { Count: > 0 } && !ApprovalHistory.IsIn(messages);

    // Here and below the caller's context is kept, because the loop goes on to call tools, which are user code and may need it.
    private async Task<ChatResponse> LoopAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using var loop = new ToolLoop(settings, messages, options, cancellationToken);
        try
        {
            return await LoopAsync(loop).ConfigureAwait(true);
        }
        catch (Exception exception) when (loop.Note(exception))
        {
            throw;
        }
    }

    private async Task<ChatResponse> LoopAsync(ToolLoop loop)
    {
        try
        {
            await loop.StartAsync().ConfigureAwait(true);
            while (true)
            {
                var round = loop.BeginRound();
                var response = await InnerClient.GetResponseAsync(loop.Messages, loop.Options, loop.Token).ConfigureAwait(true);
                await loop.EndRoundAsync(round, response, MessageRewriter.Rewrite(round, response.Messages)).ConfigureAwait(true);
                if (loop.Finished)
                {
                    return loop.Complete(response);
                }
            }
        }
        catch (OperationCanceledException exception) when (loop.IsOverdue)
        {
            throw loop.Overdue(exception);
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var loop = new ToolLoop(settings, messages, options, cancellationToken);
        foreach (var message in await StreamGuard.RunAsync(loop, static loop => loop.StartAsync()).ConfigureAwait(true))
        {
            yield return ResultUpdates.From(message, responseId: null);
        }

        while (!loop.Finished)
        {
            var round = StreamGuard.Run(loop, static loop => loop.BeginRound());
            var streamed = new StreamedRound(round);
            var enumerator = InnerClient.GetStreamingResponseAsync(loop.Messages, loop.Options, loop.Token).GetAsyncEnumerator(loop.Token);
            await using (enumerator.ConfigureAwait(true))
            {
                while (await StreamGuard.MoveNextAsync(loop, enumerator).ConfigureAwait(true))
                {
                    streamed.Add(enumerator.Current);
                    while (streamed.Next(ended: false) is { } update)
                    {
                        yield return update;
                    }
                }
            }

            while (streamed.Next(ended: true) is { } update)
            {
                yield return update;
            }

            var response = streamed.ToResponse();
            var results = await StreamGuard.RunAsync(loop, loop => loop.EndRoundAsync(round, response, response.Messages)).ConfigureAwait(true);
            if (results is not null)
            {
                yield return ResultUpdates.From(results, response.ResponseId);
            }

            if (loop is { Finished: true, Limit: { } limit })
            {
                yield return ResultUpdates.Reached(limit, response);
            }
        }
    }
}
