using Isolation.Plugins;
using PluginHost.Contracts;
using Slow;

return await PluginProgram.RunAsync<ITextPlugin>(_ => new SlowPlugin());
