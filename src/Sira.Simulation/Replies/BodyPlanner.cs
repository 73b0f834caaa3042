using System.Text;
using Sira.Simulation.Faults;
using Sira.Simulation.Wires;

namespace Sira.Simulation.Replies;

/// <summary>Lays the frames of an answer out in time, with whatever a fault does to them.</summary>
/// <param name="plan">What goes wrong.</param>
internal sealed class BodyPlanner(FaultPlan plan)
{
    private readonly List<ReplyStep> steps = [];
    private TimeSpan clock;

    /// <summary>Plans a body that is sent as it is.</summary>
    /// <param name="body">The body.</param>
    /// <returns>The steps.</returns>
    public IReadOnlyList<ReplyStep> Plain(byte[] body)
    {
        Send(body);
        return steps;
    }

    /// <summary>Plans a unary body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="error">The body of the provider's error, for a fault that reports one late.</param>
    /// <returns>The steps.</returns>
    public IReadOnlyList<ReplyStep> Unary(byte[] body, Func<byte[]> error)
    {
        if (plan.End?.Kind == BodyEndKind.ErrorEvent)
        {
            return Plain(error());
        }

        var half = body.AsMemory(0, body.Length / 2);
        if (plan.End is { } end)
        {
            Send(half);
            Break(end.Kind);
        }
        else
        {
            Send(plan.Outcome?.Kind == FaultOutcomeKind.TruncatedJson || plan.MalformedAt is not null ? half : body);
        }

        return steps;
    }

    /// <summary>Plans a stream.</summary>
    /// <param name="frames">The events.</param>
    /// <param name="errorEvent">Writes the provider's error event.</param>
    /// <returns>The steps.</returns>
    public IReadOnlyList<ReplyStep> Stream(IReadOnlyList<Frame> frames, Func<byte[]> errorEvent)
    {
        for (var i = 0; i < plan.Comments; i++)
        {
            Send(": OPENROUTER PROCESSING\n\n"u8.ToArray());
        }

        var total = frames.Count(static frame => frame.Kind == FrameKind.Token);
        var truncateAt = plan.Outcome?.Kind == FaultOutcomeKind.TruncatedJson ? (total + 1) / 2 : -1;

        // Where the last token's own event carries the finish reason, as Gemini's does, the break must come before it.
        var longest = total > 0 && frames[^1].Kind == FrameKind.Token ? total - 1 : total;
        var endAfter = plan.End is { } planned ? Math.Min(planned.AfterTokens, longest) : -1;
        var sent = 0;
        foreach (var frame in frames)
        {
            // After the last token the break comes at once, so that no finish reason slips out.
            if (sent == endAfter && (frame.Kind == FrameKind.Token || endAfter == total))
            {
                End(plan.End!.Kind, errorEvent);
                return steps;
            }

            if (frame.Kind == FrameKind.Terminator && plan.OmitTerminator)
            {
                continue;
            }

            if (frame.Kind != FrameKind.Token)
            {
                Send(frame.Bytes);
                continue;
            }

            clock += (sent == 0 ? plan.FirstTokenDelay : plan.TokenDelay) ?? TimeSpan.Zero;
            sent++;
            if (sent == truncateAt)
            {
                Send(frame.Bytes.AsMemory(0, frame.Bytes.Length / 2));
                return steps;
            }

            Send(sent == plan.MalformedAt ? Malform(frame.Bytes) : frame.Bytes);
        }

        return steps;
    }

    // The event stays an event; only its JSON ends too early.
    private static byte[] Malform(byte[] frame)
    {
        var text = Encoding.UTF8.GetString(frame);
        var end = text.AsSpan().TrimEnd().Length;
        return Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, end - 2), text.AsSpan(end)));
    }

    private void End(BodyEndKind kind, Func<byte[]> errorEvent)
    {
        if (kind == BodyEndKind.ErrorEvent)
        {
            Send(errorEvent());
        }
        else
        {
            Break(kind);
        }
    }

    private void Break(BodyEndKind kind) => steps.Add(new ReplyStep(
        kind switch
        {
            BodyEndKind.Cut => ReplyStepKind.Cut,
            BodyEndKind.Reset => ReplyStepKind.Reset,
            _ => ReplyStepKind.Stall,
        },
        clock,
        default));

    private void Send(ReadOnlyMemory<byte> bytes)
    {
        var size = plan.PieceSize ?? bytes.Length;
        while (bytes.Length > size)
        {
            steps.Add(new ReplyStep(ReplyStepKind.Send, clock, bytes[..size]));
            bytes = bytes[size..];
        }

        if (bytes.Length > 0)
        {
            steps.Add(new ReplyStep(ReplyStepKind.Send, clock, bytes));
        }
    }
}
