#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gen-templates - web/templates/*.html, web/static/* and the words of messages/ become C.

A template file defines functions: {% def board(d) %} … {% end %}. Inside:
  {{ path | filter }}             a value, escaped for where it stands
  {{ t key name=path|filter }}    the sentence UI_KEY of messages/; {name} in it is filled in
  {{ path | word status }}        the word of messages/ whose name is STATUS_ and the value
  {% for x in path %} … {% else %} … {% end %}
  {% if cond %} … {% elif cond %} … {% else %} … {% end %}
      cond: path | not path | path == "text" | path > path, joined by `and` or `or`
  {% call name(path, …) %}        another def, or a C function of views.h taking JSON
A value may stand in text or in a quoted attribute; in href, src, action and
formaction it is percent-encoded, and may not begin the address. In a tag, in an
unquoted or event attribute, in style, script or a comment it is refused:
nothing unescaped can be written down.
"""
import base64, hashlib, os, re, sys
import yaml

FILTERS = {'': 'html_json', 'lines': 'html_lines', 'count': 'html_count', 'bytes': 'html_bytes', 'short': 'html_time_short',
           'minute': 'html_time_minute', 'second': 'html_time_second', 'era': 'html_time_era', 'ago': 'html_ago', 'span': 'html_span',
           'minutes': 'html_minutes'}
ELEMENTS = ('short', 'minute', 'second', 'era')  # write an element: only in text
URL_ATTRS = ('href', 'src', 'action', 'formaction')


class Bad(Exception):
    pass


def c_string(s):
    out = ''
    for b in s.encode():
        if b == 10: out += '\\n'
        elif b == 9: out += '\\t'
        elif b in (34, 92): out += '\\' + chr(b)
        elif 32 <= b < 127 and b != 63: out += chr(b)
        else: out += '\\%03o' % b
    return '"' + out + '"'


def escape(s):
    return s.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;').replace("'", '&#39;')


class Place:
    """Where in the HTML the next byte stands."""
    def __init__(self):
        self.state, self.attr, self.tag, self.value = 'text', '', '', ''

    def feed(self, s):
        i = 0
        while i < len(s):
            c = s[i]
            if self.state == 'text':
                if s.startswith('<!--', i): self.state = 'comment'
                elif c == '<': self.state, self.tag = 'tag', ''
            elif self.state == 'comment':
                if s.startswith('-->', i): self.state = 'text'
            elif self.state == 'tag':
                if c == '>':
                    if self.tag.split(None, 1)[:1] and self.tag.split()[0].lower() in ('script', 'style'):
                        raise Bad('script and style do not belong into a template')
                    self.state = 'text'
                elif c in '"\'':
                    m = re.search(r'([\w:-]+)\s*=\s*$', self.tag)
                    if c == "'" or not m: raise Bad('attributes stand in double quotes')
                    self.state, self.attr, self.value = 'value', m.group(1).lower(), ''
                    if self.attr.startswith('on') or self.attr == 'style': raise Bad('no event or style attribute')
                else: self.tag += c
            elif self.state == 'value':
                if c == '"': self.state = 'tag'; self.tag += '""'
                else: self.value += c
            i += 1

    def dynamic(self):
        self.value += 'X'


class Compiler:
    def __init__(self, words):
        self.words, self.used, self.defs, self.calls = words, set(), {}, []

    def path(self, expr, scope):
        parts = expr.strip().split('.')
        if not re.fullmatch(r'[a-z_][\w]*(\.[\w-]+)*', expr.strip()): raise Bad('not a path: ' + expr)
        if parts[0] not in scope: raise Bad('unknown name: ' + parts[0])
        c = scope[parts[0]]
        for p in parts[1:]:
            c = 'json_object_get(%s, "%s")' % (c, p)
        return c

    def value(self, expr, scope, place):
        m = re.fullmatch(r'\s*([^|]+?)\s*(?:\|\s*([\w]+)(?:\s+(\w+))?\s*)?', expr)
        if not m: raise Bad('not a value: ' + expr)
        path, name, arg = self.path(m.group(1), scope), m.group(2) or '', m.group(3)
        if place.state not in ('text', 'value'): raise Bad('a value inside a tag or comment: ' + expr)
        if place.state == 'value' and place.attr in URL_ATTRS:
            if not place.value.startswith(('/', '?', '#')) or place.value.startswith('//'): raise Bad('an address begins with a literal / or ? or #: ' + expr)
            if name not in ('', 'query'): raise Bad('no filter in an address: ' + expr)
            return '%s(h, %s);' % ('html_query' if name == 'query' else 'html_url', path)
        if name == 'word':
            if not any(k.startswith(arg + '_') for k in self.words): raise Bad('no words begin with ' + arg)
            return 'html_word(h, "%s", %s);' % (arg, path)
        if name not in FILTERS or arg: raise Bad('unknown filter: ' + expr)
        if place.state == 'value' and name in ELEMENTS: raise Bad('that filter writes an element: ' + expr)
        return '%s(h, %s);' % (FILTERS[name], path)

    def words_of(self, rest, scope, place):
        m = re.fullmatch(r'\s*([\w.-]+)((?:\s+\w+=\S+)*)\s*', rest)
        if not m or 'ui_' + m.group(1) not in self.words: raise Bad('no such words in messages/: ' + rest)
        if place.state not in ('text', 'value') or (place.state == 'value' and place.attr in URL_ATTRS): raise Bad('words stand in text or attributes')
        args = dict(a.split('=', 1) for a in m.group(2).split())
        sides = []
        for lang in ('ja', 'en'):
            code = []
            for piece in re.split(r'(\{\w+\})', str(self.words['ui_' + m.group(1)][lang])):
                if re.fullmatch(r'\{\w+\}', piece):
                    if piece[1:-1] not in args: raise Bad('%s needs %s' % (m.group(1), piece))
                    code.append(self.value(args[piece[1:-1]], scope, place))
                elif piece:
                    code.append('html_markup(h, %s);' % c_string(escape(piece)))
            sides.append(' '.join(code))
        return sides[0] if sides[0] == sides[1] else 'if (h->english) { %s } else { %s }' % (sides[1], sides[0])

    def condition(self, expr, scope):
        out = []
        for piece in re.split(r'\s+(and|or)\s+', expr.strip()):
            if piece in ('and', 'or'):
                out.append('&&' if piece == 'and' else '||')
                continue
            m = re.fullmatch(r'(not\s+)?(\S+)(?:\s*(==|!=|>)\s*(\S+))?', piece)
            if not m: raise Bad('not a condition: ' + piece)
            no, a, op, b = m.groups()
            if op == '>': c = 'html_more(%s, %s)' % (self.path(a, scope), self.path(b, scope))
            elif op and re.fullmatch(r'"[\w-]*"', b): c = ('!' if op == '!=' else '') + 'html_is(%s, %s)' % (self.path(a, scope), b)
            elif op: raise Bad('compare with "text": ' + piece)
            else: c = 'html_true(%s)' % self.path(a, scope)
            out.append(('!' if no else '') + c)
        if '&&' in out and '||' in out: raise Bad('and with or: nest instead')
        return ' '.join(out)

    def file(self, name, text):
        place, line, stack, scope, body, depth, n = Place(), 1, [], {}, [], 0, 0
        text = re.sub(r'\{#.*?#\}', lambda m: '\n' * m.group(0).count('\n'), text, flags=re.S)
        where = lambda: '%s:%d' % (name, line)
        for token in re.split(r'(\{\{.*?\}\}|\{%.*?%\})', text, flags=re.S):
            try:
                tab = '\t' * (len(stack))
                if token.startswith('{{'):
                    inner = token[2:-2].strip()
                    if not stack: raise Bad('outside a def')
                    body.append(tab + (self.words_of(inner[2:], scope, place) if inner.startswith('t ') else self.value(inner, scope, place)))
                    place.dynamic()
                elif token.startswith('{%'):
                    inner = token[2:-2].strip()
                    word, _, rest = inner.partition(' ')
                    if word == 'def':
                        m = re.fullmatch(r'(\w+)\(([\w, ]*)\)', rest.strip())
                        if stack or not m: raise Bad('def name(args)')
                        args = [a.strip() for a in m.group(2).split(',') if a.strip()]
                        scope, place = {a: 'a_' + a for a in args}, Place()
                        self.defs[m.group(1)] = args
                        body.append('void\ntpl_%s(struct html *h%s)\n{' % (m.group(1), ''.join(', const json_t *a_' + a for a in args)))
                        body += ['\t(void)a_%s;' % a for a in args]
                        stack.append(('def', None, None))
                    elif word == 'for':
                        m = re.fullmatch(r'(\w+) in (\S+)', rest.strip())
                        if not m: raise Bad('for x in path')
                        n += 1
                        src = self.path(m.group(2), scope)
                        body.append(tab + '{ const json_t *list%d = %s; for (size_t i%d = 0; i%d < json_array_size(list%d); i%d++) { const json_t *v%d_%s = json_array_get(list%d, i%d);' % (n, src, n, n, n, n, n, m.group(1), n, n))
                        stack.append(('for', dict(scope), n, place.state))
                        scope = dict(scope); scope[m.group(1)] = 'v%d_%s' % (n, m.group(1))
                    elif word == 'if':
                        body.append(tab + 'if (%s) {' % self.condition(rest, scope))
                        stack.append(('if', dict(scope), None, place.state))
                    elif word == 'elif':
                        if stack[-1][0] != 'if': raise Bad('elif without if')
                        body.append('\t' * (len(stack) - 1) + '} else if (%s) {' % self.condition(rest, scope))
                    elif word == 'else':
                        kind, old, k, _s = stack[-1]
                        if kind == 'for':
                            body.append('\t' * (len(stack) - 1) + '} if (json_array_size(list%d) == 0) {' % k)
                            scope = old
                        elif kind == 'if':
                            body.append('\t' * (len(stack) - 1) + '} else {')
                        else: raise Bad('else without if or for')
                    elif word == 'end':
                        frame = stack.pop()
                        if frame[0] == 'def':
                            if place.state != 'text': raise Bad('the def ends inside a tag')
                            body.append('}\n')
                        else:
                            if place.state != frame[3]: raise Bad('a block begins and ends in the same kind of place')
                            body.append('\t' * len(stack) + ('} }' if frame[0] == 'for' else '}'))
                            scope = frame[1]
                    elif word == 'call':
                        m = re.fullmatch(r'(\w+)\(([^)]*)\)', rest.strip())
                        if not m: raise Bad('call name(paths)')
                        if place.state != 'text': raise Bad('call stands in text')
                        args = [a.strip() for a in m.group(2).split(',') if a.strip()]
                        self.calls.append((where(), m.group(1), len(args)))
                        c_args = ''.join(', ' + (a if a.startswith('"') and re.fullmatch(r'"[\w.-]*"', a) else self.path(a, scope)) for a in args)
                        body.append(tab + '@CALL@%s(h%s);' % (m.group(1), c_args))
                    else: raise Bad('unknown: ' + inner)
                else:
                    if stack:
                        lit = re.sub(r'\s*\n\s*', '\n' if place.state == 'text' else ' ', token)
                        place.feed(token)
                        if lit: body.append(tab + 'html_markup(h, %s);' % c_string(lit))
                    elif token.strip(): raise Bad('text outside a def')
            except Bad as e:
                sys.exit('%s: %s' % (where(), e))
            line += token.count('\n')
        if stack: sys.exit('%s: a block is not ended' % name)
        return '\n'.join(body)


def main():
    root, out_c, out_h = sys.argv[1], sys.argv[2], sys.argv[3]
    words = {}
    for vocabulary in yaml.safe_load(open(root + '/messages/words.yaml', encoding='utf-8')).values():
        words.update((name.lower(), w) for name, w in vocabulary.items())
    for name in sorted(n for n in os.listdir(root + '/messages') if n.endswith('.yaml') and n not in ('words.yaml', 'acts.yaml')):
        words.update((w['name'].lower(), w) for w in yaml.safe_load(open(root + '/messages/' + name, encoding='utf-8')))
    comp, code = Compiler(words), []
    folder = root + '/web/templates'
    for name in sorted(os.listdir(folder)):
        if name.endswith('.html'):
            code.append(comp.file('web/templates/' + name, open(folder + '/' + name, encoding='utf-8').read()))
    for where, name, n in comp.calls:
        if name in comp.defs and len(comp.defs[name]) != n: sys.exit('%s: %s takes %d' % (where, name, len(comp.defs[name])))
    text = re.sub(r'@CALL@(\w+)\(', lambda m: ('tpl_' if m.group(1) in comp.defs else 'chart_') + m.group(1) + '(', '\n'.join(code))
    text = re.sub(r'"\);\n\t*html_markup\(h, "', '', text)
    head = '/* Made by tools/gen-templates.py: edit web/templates, web/static, messages. */\n'
    with open(out_h, 'w', encoding='utf-8') as f:
        f.write(head + '#ifndef WEB_TEMPLATES_H\n#define WEB_TEMPLATES_H\n\n#include "web/html.h"\n\n')
        for name, args in sorted(comp.defs.items()):
            f.write('void tpl_%s(struct html *%s);\n' % (name, ', const json_t *' * len(args)))
        f.write('\nstruct static_file { const char *path, *type; const unsigned char *bytes; size_t n; };\nextern const struct static_file static_files[];\nextern const size_t static_files_n;\nextern const char static_version[]; /* changes with their bytes */\nextern const struct str passkey_script;    /* the only one; pages that use it carry it within */\nextern const char passkey_script_hash[];   /* SHA-256, base64, for the policy */\n\n#endif\n')
    with open(out_c, 'w', encoding='utf-8') as f:
        f.write(head + '#include "templates.h"\n\n#include <string.h>\n\n#include "web/chart.h"\n\n' + text + '\n')
        f.write('static const struct { const char *key, *ja, *en; } words[] = {\n')
        for key in sorted(words, key=lambda k: k.encode()):
            f.write('\t{ %s, %s, %s },\n' % (c_string(key), c_string(str(words[key]['ja'])), c_string(str(words[key]['en']))))
        f.write('};\n\nconst char *\nui_word(bool english, const char *key)\n{\n\tsize_t low = 0, high = sizeof(words) / sizeof(words[0]);\n\n'
                '\twhile (low < high) {\n\t\tsize_t at = (low + high) / 2;\n\t\tint order = strcmp(key, words[at].key);\n\n'
                '\t\tif (order == 0)\n\t\t\treturn english ? words[at].en : words[at].ja;\n\t\tif (order < 0)\n\t\t\thigh = at;\n\t\telse\n\t\t\tlow = at + 1;\n\t}\n\treturn NULL;\n}\n\n')
        types = {'.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8', '.ico': 'image/x-icon'}
        files = sorted(n for n in os.listdir(root + '/web/static') if os.path.splitext(n)[1] in types)
        digest = hashlib.sha256()
        for i, name in enumerate(files):
            data = open(root + '/web/static/' + name, 'rb').read()
            digest.update(data)
            f.write('static const unsigned char file_%d[] = { %s };\n' % (i, ','.join(str(b) for b in data)))
        script = open(root + '/web/static/passkey.js', 'rb').read()
        f.write('static const unsigned char script[] = { %s };\nconst struct str passkey_script = { (const char *)script, sizeof(script) };\nconst char passkey_script_hash[] = "%s";\n'
                % (','.join(str(b) for b in script), base64.b64encode(hashlib.sha256(script).digest()).decode()))
        f.write('const struct static_file static_files[] = {\n')
        for i, name in enumerate(files):
            f.write('\t{ "/static/%s", "%s", file_%d, sizeof(file_%d) },\n' % (name, types[os.path.splitext(name)[1]], i, i))
        f.write('};\nconst size_t static_files_n = sizeof(static_files) / sizeof(static_files[0]);\nconst char static_version[] = "%s";\n' % digest.hexdigest()[:12])


main()
