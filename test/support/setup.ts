/** The SDK warns at every start that Node 20 has had its day; the functions run on Node 24. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
