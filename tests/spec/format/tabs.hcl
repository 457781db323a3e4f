nested {
	x {
		a	=	1
		longer	=	[
		1,
		]
	}
   }
   