/** The SDK warns about Node 20 at every start; the functions run on Node 24. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
