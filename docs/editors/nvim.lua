-- SPDX-License-Identifier: ISC
-- Neovim 0.7 and later: `:luafile nvim.lua', or from init.lua.  It takes nothing but Neovim's own client.
-- vim.g.weipsec_command may name the program and its options: {"weipsec", "lsp", "--pki", "/etc/plant/pki"}.

local group = vim.api.nvim_create_augroup("weipsec", {clear = true})
local client

local function on_attach(_, buffer)
	local function map(keys, what)
		vim.keymap.set("n", keys, what, {buffer = buffer})
	end
	vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc" -- CTRL-X CTRL-O
	map("K", vim.lsp.buf.hover)
	map("gd", vim.lsp.buf.definition)
	map("gO", vim.lsp.buf.document_symbol)
	map("<leader>a", vim.lsp.buf.code_action)
	map("<leader>f", vim.lsp.buf.format or vim.lsp.buf.formatting)
end

-- One server for all buffers: vim.lsp.start() does that from 0.8 on.
local function attach(args)
	if not client or not vim.lsp.get_client_by_id(client) then
		client = vim.lsp.start_client({
			name = "weipsec",
			cmd = vim.g.weipsec_command or {"weipsec", "lsp"},
			root_dir = vim.fn.getcwd(),
			get_language_id = function() return "weos" end,
			on_attach = on_attach,
		})
	end
	if client then vim.lsp.buf_attach_client(args.buf, client) end
end

-- Others call files .cfg, too: one is ours if it has tunnels, or says that it is a device's.
local function detect(args)
	local found = table.concat(vim.api.nvim_buf_get_lines(args.buf, 0, 10000, false), "\n")
	if args.match:match("%.weos$") or ("\n" .. found):match("\n%s*tunnel%f[%s%z]") or found:match("# Westermo WeOS") then
		vim.bo[args.buf].filetype = "weos"
	end
end

vim.api.nvim_create_autocmd({"BufNewFile", "BufRead"}, {group = group, pattern = {"*.cfg", "*.weos"}, callback = detect})
vim.api.nvim_create_autocmd("FileType", {group = group, pattern = "weos", callback = attach})
