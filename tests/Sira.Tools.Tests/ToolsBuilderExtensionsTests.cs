using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Pipeline;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests;

public sealed class ToolsBuilderExtensionsTests
{
    [Fact]
    public async Task UseTools_Container_BuildsTheStageWithOptionsAndServices()
    {
        var builder = new Builder();
        builder.UseTools().UseTools(o => o.Tools.Add(Echo("a")));
        await using var services = builder.Services.BuildServiceProvider();
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");

        var stage = Assert.Single(services.GetServices<ChatStage>());
        using var client = stage.Create(script, services);
        var response = await client.GetResponseAsync("go");

        Assert.Equal("tools", stage.Name);
        Assert.Equal(["assistant: call 1 a()✓", "tool: result 1 a!", "assistant: done"], Render(response.Messages));
    }

    [Fact]
    public void UseTools_Container_ReportsAllMistakesAtStart()
    {
        var builder = new Builder();
        builder.UseTools(o => (o.MaxRounds, o.CallTimeout) = (0, TimeSpan.Zero));
        using var services = builder.Services.BuildServiceProvider();

        var errors = new ConfigurationErrors();

        Assert.Single(services.GetServices<IConfigurationPart>()).Load(null, errors);

        Assert.Equal(2, errors.Items.Count);
        Assert.Contains("UseTools.MaxRounds: '0' is out of range. Write 1 or more.", errors.Items.Select(error => error.ToString()));
    }

    [Fact]
    public async Task UseTools_File_WinsOverCode_AndItsMistakesAreNamed()
    {
        var builder = new Builder();
        builder.UseTools(o => (o.MaxRounds, o.MaxCalls) = (7, 9));
        await using var services = builder.Services.BuildServiceProvider();
        var part = Assert.Single(services.GetServices<IConfigurationPart>());

        Assert.Empty(Load(("MaxRounds", "1"), ("CallTimeout", "infinite"), ("UnknownTools", "leaveToCaller")));
        var current = services.GetRequiredService<ToolLoopConfiguration>().Current;
        Assert.Equal((1, 9, null, UnknownToolBehavior.LeaveToCaller), (current.MaxRounds, current.MaxCalls, current.CallTimeout, current.UnknownTools));
        Assert.Equal(3, Load(("MaxRounds", "-1"), ("Foo", "2"), ("LimitBehavior", "explode")).Count);

        IReadOnlyList<ConfigurationError> Load(params (string Key, string Value)[] values)
        {
            var configuration = new Microsoft.Extensions.Configuration.ConfigurationBuilder()
                .Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = values.Select(pair => new KeyValuePair<string, string?>("Sira:Tools:" + pair.Key, pair.Value)) })
                .Build();
            var errors = new ConfigurationErrors();
            part.Load(new ConfigurationReader(configuration.GetSection("Sira:Tools"), errors), errors);
            return errors.Items;
        }
    }

    [Fact]
    public void UseTools_Container_TakesTheClockOfTheContainer()
    {
        var time = new Simulation.Time.VirtualTimeProvider();
        var builder = new Builder();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.UseTools();
        using var services = builder.Services.BuildServiceProvider();
        using var script = new ScriptedChatClient().Reply(async call =>
        {
            var ended = new TaskCompletionSource();
            using var registration = call.CancellationToken.Register(() => ended.SetCanceled());
            await ended.Task;
            return new ChatResponse();
        });

        var asking = services.GetRequiredService<ChatStage>().Create(script, services).GetResponseAsync("go", With(Add));
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.IsType<ToolLoopException>(Assert.Throws<AggregateException>(() => asking.Wait(TimeSpan.FromSeconds(30))).InnerException);
    }

    [Fact]
    public async Task UseTools_Pipeline_WorksWithoutAContainer()
    {
        using var script = new ScriptedChatClient().Reply(Call("1", "a")).Reply("done");
        using var client = new SiraPipelineBuilder(script).UseTools().UseTools(o => o.MaxRounds = 99).Build();

        var response = await client.GetResponseAsync("go", With(Echo("a")));

        Assert.IsType<FunctionCallingChatClient>(client);
        Assert.Equal("assistant: done", Render(response.Messages[^1]));
    }

    [Fact]
    public void UseTools_Pipeline_DisposesTheInnerClientOnce()
    {
        using var script = new ScriptedChatClient();

        new SiraPipelineBuilder(script).UseTools().Build().Dispose();

        Assert.Equal(1, script.Disposals);
    }

    [Fact]
    public void UseTools_Mistakes_AreAllNamed()
    {
        using var script = new ScriptedChatClient();
        var builder = new SiraPipelineBuilder(script);

        var error = Assert.Throws<SiraConfigurationException>(() => builder.UseTools(o =>
        {
            o.MaxRounds = 0;
            o.MaxCalls = -1;
            o.MaxConcurrency = 0;
            o.MaxConsecutiveErrors = -1;
            o.MaxDuration = TimeSpan.Zero;
            o.CallTimeout = TimeSpan.FromSeconds(-1);
            o.CancellationGrace = TimeSpan.FromSeconds(-1);
            o.LimitBehavior = (ToolLimitBehavior)9;
            o.UnknownTools = (UnknownToolBehavior)9;
        }));

        Assert.Equal(9, error.Errors.Count);
        Assert.Throws<SiraConfigurationException>(() => new FunctionCallingChatClient(script, new ToolLoopOptions { MaxRounds = 0 }));
    }

    [Fact]
    public void Options_Defaults_AreAsDocumented()
    {
        var options = new ToolLoopOptions();

        Assert.Empty(options.Tools);
        Assert.Equal((16, 128, 8, 3), (options.MaxRounds, options.MaxCalls, options.MaxConcurrency, options.MaxConsecutiveErrors));
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1)), (options.MaxDuration!.Value, options.CallTimeout!.Value, options.CancellationGrace));
        Assert.Equal((ToolLimitBehavior.AnswerWithoutTools, UnknownToolBehavior.AnswerModel), (options.LimitBehavior, options.UnknownTools));
        Assert.Equal((true, false, null), (options.OfferTools, options.IncludeDetailedErrors, options.TimeProvider));
    }

    [Fact]
    public void Options_ChangedAfterwards_HaveNoEffect()
    {
        using var script = new ScriptedChatClient();
        var options = new ToolLoopOptions();
        var client = new FunctionCallingChatClient(script, options);

        options.MaxRounds = -1;
        options.Tools.Add(Add);

        Assert.NotNull(client.GetStreamingResponseAsync("go"));
        Assert.Throws<ArgumentNullException>(() => { client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    private sealed class Builder : ISiraBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
