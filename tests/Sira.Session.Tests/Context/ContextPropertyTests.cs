using Sira.Session.Context;

namespace Sira.Session.Tests.Context;

public class ContextPropertyTests
{
    // A hundred thousand are made by eng/contexts.sh.
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("SIRA_SEEDS") ?? "6000");
    private static readonly int FirstSeed = int.Parse(Environment.GetEnvironmentVariable("SIRA_FIRST_SEED") ?? "0");

    [Theory]
    [InlineData(ContextBuilders.SlidingWindow)]
    [InlineData(ContextBuilders.Summaries)]
    [InlineData(ContextBuilders.Importance)]
    public async Task BuildAsync_RandomHistories_KeepsEveryRule(string name)
    {
        var (built, refused, dropped, cut) = (0, 0, 0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + Seeds; seed++)
        {
            var conversation = new RandomConversation(seed);
            var builder = ContextBuilders.Create(name, conversation.Options());
            var request = conversation.Request(conversation.Budget());
            SessionContext context;
            try
            {
                context = await builder.BuildAsync(request);
            }
            catch (SessionContextException exception)
            {
                // What it says to be enough must be enough.
                refused++;
                Assert.True(exception.Required > exception.Allowed, $"seed {seed}: {exception.Message}");
                request = exception.Error is SessionContextError.OverBudget
                    ? request with { Budget = new ContextBudget(exception.Required), Limits = request.Limits with { MaximumMessages = null } }
                    : request with { Limits = request.Limits with { MaximumMessages = (int)exception.Required } };
                context = await builder.BuildAsync(request);
            }

            built++;
            dropped += context.Omitted.Any(item => item.Reason is OmissionReason.NoRoom or OmissionReason.Summarised) ? 1 : 0;
            cut += context.Omitted.Any(item => item.Reason is OmissionReason.UnansweredCall or OmissionReason.OrphanedResult) ? 1 : 0;
            var broken = ContextRules.Broken(request, context).ToList();
            Assert.True(broken.Count == 0, $"seed {seed}: {string.Join("; ", broken)}");
        }

        // Histories that never made it hard would show nothing.
        TestContext.Current.SendDiagnosticMessage($"{name}: {built} built, {refused} refused at first, {dropped} without old turns, {cut} with calls or results cut out");
        Assert.True(dropped > built / 4 && cut > built / 20 && refused > built / 100, $"{built} {refused} {dropped} {cut}");
    }
}
