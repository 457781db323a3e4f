locals{
a=1
  bb   =    2# trailing
	ccc=-1   // another
d = x?y:z
e=a - -b+c*-1/2%3
f=!x&&(y||!z)
g=[for k,v in m:upper(k) if k!=""]
h={for k,v in m:k=>v...}
i={a:1,"b"=2,(c)=3}
j=a.b[0].c[*].d.*.e.0
k=[for x in[1,2]:x]
l=f( 1,2 , 3 )
m = [ [1,2] ,[3 ] ]
n={}
o = { }
p=[ ]
q=f( )
r=a==b
s=a>=b?a<=b:a<b
t=x[ -1 ]
u=(  -1 )
v = "${ a }${ b }-%{ if a }x%{ else }y%{ endif }"
w="${ {a=1}["a"] } ${~ x ~} $${no} %%{no}"
y=f(xs...)
z=1.5e+10-1
}
