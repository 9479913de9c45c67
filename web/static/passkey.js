'use strict'
// The one script of the console: asks the browser for a passkey and puts its answer into the form. Everything else works without.
;(() => {
	const bytes = hex => Uint8Array.from((hex || '').match(/../g) || [], pair => parseInt(pair, 16))
	const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
	const known = d => (d.handles || '').split(' ').filter(id => id).map(id => ({ type: 'public-key', id: bytes(id) }))
	// With a name typed, a key of that person that this device knows will do; without, the key itself must name its holder.
	const ask = {
		get: (d, form) => navigator.credentials.get({ publicKey: { challenge: bytes(d.challenge), rpId: d.rp, allowCredentials: form.elements.name.value ? known(d) : [], userVerification: 'preferred', timeout: 120000 } }),
		create: d => navigator.credentials.create({ publicKey: {
			challenge: bytes(d.challenge), rp: { id: d.rp, name: d.site }, user: { id: bytes(d.user), name: d.name, displayName: d.display },
			pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -8 }, { type: 'public-key', alg: -257 }],
			excludeCredentials: known(d),
			authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' }, attestation: 'none', timeout: 120000 } }),
	}
	for (const form of document.querySelectorAll('form[data-passkey]')) {
		const d = form.dataset, button = form.querySelector('.passkey'), problem = form.querySelector('.passkey-problem')
		if (!window.PublicKeyCredential || !d.challenge || !button) continue
		button.hidden = false
		button.addEventListener('click', async () => {
			problem.hidden = true
			button.disabled = true
			try {
				const key = await ask[d.passkey](d, form), r = key.response, put = (name, buffer) => { if (buffer) form.elements[name].value = text(buffer) }
				put('credential', key.rawId)
				put('client_data', r.clientDataJSON)
				put('authenticator_data', r.authenticatorData)
				put('signature', r.signature)
				put('attestation', r.attestationObject)
				form.submit()
			} catch (error) {
				problem.hidden = false
				problem.dataset.reason = error.name
				button.disabled = false
			}
		})
	}
})()
