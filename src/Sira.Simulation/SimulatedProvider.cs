using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Sira.Simulation.Answers;
using Sira.Simulation.Faults;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;
using Sira.Simulation.Replies;
using Sira.Simulation.Wires;
using Sira.Simulation.Wires.Anthropic;

namespace Sira.Simulation;

/// <summary>An LLM provider that exists only in this process, speaks the real wire formats, says what a test tells it to say and fails when a test tells it to fail.</summary>
/// <remarks>
/// <para>One provider serves every wire; the path of a request tells which one it speaks. Reach it through a <see cref="SimulatedProviderHandler"/>, without a network, or through a <see cref="Server.SimulatedProviderServer"/>, on the loopback interface.</para>
/// <para>Without a script it answers by itself, deterministically: it calls the first tool offered, quotes the results of tools, fills in a JSON schema, and otherwise says that it is a simulation. Thread-safe.</para>
/// </remarks>
public sealed class SimulatedProvider
{
    private readonly SimulatedProviderOptions options;
    private readonly Lock gate = new();
    private readonly Queue<SimulatedRequest> requests = new();
    private readonly long started;
    private ImmutableList<Func<SimulatedRequest, SimulatedAnswer?>> rules = [];
    private int received;
    private int inFlight;
    private int peakInFlight;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">The options; they are read as requests arrive.</param>
    public SimulatedProvider(SimulatedProviderOptions? options = null)
    {
        this.options = options ?? new SimulatedProviderOptions();
        started = Clock.GetTimestamp();
        Faults = new FaultSchedule(this.options.Seed);
    }

    /// <summary>Initializes a new instance with a clock.</summary>
    /// <param name="timeProvider">The clock, such as a <see cref="Time.VirtualTimeProvider"/>.</param>
    public SimulatedProvider(TimeProvider timeProvider)
        : this(new SimulatedProviderOptions { TimeProvider = timeProvider })
    {
    }

    /// <summary>Gets what goes wrong, and when.</summary>
    public FaultSchedule Faults { get; }

    /// <summary>Gets the requests received, in the order of arrival: a copy of the moment.</summary>
    public IReadOnlyList<SimulatedRequest> Requests
    {
        get
        {
            lock (gate)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>Gets how many requests have been received, forgotten ones included.</summary>
    public int RequestCount => Volatile.Read(ref received);

    /// <summary>Gets how many requests are being answered: arrived, and neither read to the end nor given up.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Gets the most requests that were being answered at once.</summary>
    public int PeakInFlight => Volatile.Read(ref peakInFlight);

    /// <summary>Gets the clock.</summary>
    internal TimeProvider Clock => options.TimeProvider;

    /// <summary>Answers every request alike.</summary>
    /// <param name="answer">The answer; a string will do.</param>
    /// <returns>This provider.</returns>
    public SimulatedProvider Respond(SimulatedAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Respond(_ => answer);
    }

    /// <summary>Answers requests by a function. Rules are asked in the order in which they were added, and the first that has an answer gives it.</summary>
    /// <param name="answer">Returns the answer, or <see langword="null"/> to leave the request to the next rule; called possibly from several threads.</param>
    /// <returns>This provider.</returns>
    public SimulatedProvider Respond(Func<SimulatedRequest, SimulatedAnswer?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ImmutableInterlocked.Update(ref rules, static (rules, rule) => rules.Add(rule), answer);
        return this;
    }

    /// <summary>Answers the next requests in turn, one answer each. A request that a fault answers takes none, so a retry gets the answer that the first attempt would have got.</summary>
    /// <param name="answers">The answers; strings will do.</param>
    /// <returns>This provider.</returns>
    public SimulatedProvider RespondInOrder(params IReadOnlyList<SimulatedAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var entries = answers.ToArray();
        var next = 0;
        return Respond(_ =>
        {
            var index = Interlocked.Increment(ref next) - 1;
            return index < entries.Length ? entries[index] : null;
        });
    }

    /// <summary>Forgets the requests received and counts from 1 again. Faults and answers stay.</summary>
    public void ForgetRequests()
    {
        lock (gate)
        {
            requests.Clear();
            received = 0;
            peakInFlight = inFlight;
        }
    }

    /// <summary>Receives a request and decides its reply.</summary>
    internal SimulatedExchange Receive(string method, Uri url, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        var path = url.AbsolutePath;
        var wire = method == "POST" ? WireRouter.Find(path) : null;
        var errors = wire?.Errors ?? WireRouter.ErrorsOf(path, headers);
        var prompt = Read(wire, path, headers, body, out var mistake);
        var isModels = method == "GET" && WireRouter.IsModels(path);
        if (isModels)
        {
            prompt = new SimulatedPrompt { Wire = SimulatedWire.Models };
        }

        var request = Record(method, url, headers, Encoding.UTF8.GetString(body.Span), prompt);
        try
        {
            request.Fault = Faults.Decide(request);
            var reply = new ReplyBuilder(errors, prompt, request.Fault?.Plan ?? FaultPlan.Healthy, new DeterministicIds(options.Seed, path, body.Span), Clock.GetUtcNow(), wire?.Headers ?? []);
            return Start(request, !reply.WantsAnswer ? reply.Fail()
                : isModels ? reply.Json(ModelList.Write(options.Models, errors))
                : wire is null ? reply.Error(ProviderErrorKind.BadRequest, $"Invalid URL ({method} {path})", status: 404)
                : mistake is not null ? reply.Error(ProviderErrorKind.BadRequest, mistake.Message, mistake.Parameter)
                : options.RejectUnknownModels && !options.Models.Contains(prompt.Model) ? reply.Error(ProviderErrorKind.ModelNotFound)
                : reply.Answer(wire, AnswerFinisher.Finish(prompt, Answer(request)), options));
        }
        catch
        {
            // A rule of the test threw: the caller gets its exception, and the books must balance.
            request.TryEnd(SimulatedRequestOutcome.Failed);
            Ended();
            throw;
        }
    }

    /// <summary>Counts a request as answered.</summary>
    internal void Ended() => Interlocked.Decrement(ref inFlight);

    private static SimulatedPrompt Read(Wire? wire, string path, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, out BadPromptException? mistake)
    {
        mistake = null;
        if (wire is not null)
        {
            try
            {
                if (wire is AnthropicWire && !headers.ContainsKey("anthropic-version"))
                {
                    throw new BadPromptException("anthropic-version: header is required");
                }

                using var json = JsonDocument.Parse(body);
                return json.RootElement.ValueKind == JsonValueKind.Object
                    ? wire.Read(path, json.RootElement.Clone())
                    : throw new BadPromptException("The request body must be a JSON object.");
            }
            catch (JsonException exception)
            {
                mistake = new BadPromptException($"We could not parse the JSON body of your request: {exception.Message}");
            }
            catch (InvalidOperationException exception)
            {
                // Text that no Unicode can hold, such as half a surrogate pair, shows only when it is read.
                mistake = new BadPromptException($"We could not parse the JSON body of your request: {exception.Message}");
            }
            catch (BadPromptException exception)
            {
                mistake = exception;
            }
        }

        return new SimulatedPrompt { Wire = SimulatedWire.Unknown };
    }

    private SimulatedAnswer Answer(SimulatedRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule(request) is { } answer)
            {
                return answer;
            }
        }

        return PlausibleAnswers.Answer(request.Prompt);
    }

    private SimulatedRequest Record(string method, Uri url, IReadOnlyDictionary<string, string> headers, string body, SimulatedPrompt prompt)
    {
        lock (gate)
        {
            var now = Interlocked.Increment(ref inFlight);
            peakInFlight = Math.Max(peakInFlight, now);
            var request = new SimulatedRequest(++received, now, method, url, headers, body, prompt)
            {
                ArrivedAt = Clock.GetUtcNow(),
                ArrivedAfter = Clock.GetElapsedTime(started),
            };
            requests.Enqueue(request);
            while (requests.Count > Math.Max(1, options.MaximumRecordedRequests))
            {
                requests.Dequeue();
            }

            return request;
        }
    }

    private SimulatedExchange Start(SimulatedRequest request, Reply reply)
    {
        request.Status = reply.Status;
        return new SimulatedExchange(this, request, reply);
    }
}
