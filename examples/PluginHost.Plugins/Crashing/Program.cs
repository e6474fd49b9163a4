using Crashing;
using Isolation.Plugins;
using PluginHost.Contracts;

return await PluginProgram.RunAsync<ITextPlugin>(_ => new CrashingPlugin());
